//! How long requests may take, by the role of their token.

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;

use super::Caller;
use super::vocabulary::Role;

/// The time limit of a role: `editor=60000`, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleTime {
    role: Role,
    milliseconds: u32,
}

/// No limit is longer: a month, in milliseconds, which GraphQL's `Int` can say.
const LONGEST: u32 = 2_000_000_000;

impl FromStr for RoleTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (role, milliseconds) =
            text.split_once('=').ok_or("a role and milliseconds are needed, as in editor=60000")?;
        let role = Role::from_str(role.trim(), true)
            .map_err(|_| format!("{role:?} is no role: reader, contributor, editor or admin"))?;
        let milliseconds = milliseconds.trim().parse().ok().filter(|given| (1..=LONGEST).contains(given));
        let milliseconds = milliseconds.ok_or("the milliseconds have to be a number from 1 on")?;
        Ok(Self { role, milliseconds })
    }
}

/// How long the requests of everybody may take.
#[derive(Clone, Debug)]
pub struct TimeLimits {
    common: Duration,
    roles: Vec<RoleTime>,
}

impl TimeLimits {
    /// These for some roles, and the common one for everybody else. Of two for one role the later counts.
    #[must_use]
    pub fn new(common: Duration, roles: Vec<RoleTime>) -> Self {
        Self { common, roles }
    }

    /// How long a request by a token of this role may take.
    #[must_use]
    pub fn of_role(&self, role: Role) -> Duration {
        let own = self.roles.iter().rev().find(|time| time.role == role);
        own.map_or(self.common, |time| Duration::from_millis(time.milliseconds.into()))
    }

    /// How long a request of this caller may take.
    #[must_use]
    pub fn of(&self, caller: &Caller) -> Duration {
        caller.token().map_or(self.common, |token| self.of_role(token.role))
    }

    /// How long a request may take of those who have no limit of their own.
    #[must_use]
    pub fn common(&self) -> Duration {
        self.common
    }

    /// The longest that any request may take.
    #[must_use]
    pub fn longest(&self) -> Duration {
        let all = Role::value_variants().iter().map(|role| self.of_role(*role));
        all.max().unwrap_or_default().max(self.common)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_its_own_limit_or_the_common_one() {
        let roles = ["editor=60000", "Admin = 1", "editor=90000"].map(|text| text.parse().unwrap());
        let limits = TimeLimits::new(Duration::from_secs(10), roles.to_vec());
        let of = |role| limits.of_role(role).as_millis();
        assert_eq!([of(Role::Reader), of(Role::Editor), of(Role::Admin)], [10_000, 90_000, 1]);
        assert_eq!(limits.of(&Caller::anonymous()), Duration::from_secs(10));
        assert_eq!(limits.longest(), Duration::from_secs(90));
    }

    #[test]
    fn what_is_no_time_of_a_role_is_refused() {
        for text in ["editor", "boss=1", "editor=0", "editor=-1", "editor=2000000001", "editor=long", ""] {
            assert!(text.parse::<RoleTime>().is_err(), "{text}");
        }
    }
}
