//! Countries as datasets number and name them, and as ISO 3166-1 does.

mod alpha_3;
mod fips;
mod gleditsch_ward;
mod iso_number;

use alpha_3::ALPHA_3;
use fips::FIPS;
use gleditsch_ward::GLEDITSCH_WARD;
use iso_number::ISO_NUMBERS;

/// The two letters of ISO 3166-1, and a name.
pub type Country = (&'static str, &'static str);

/// The country with a number of Gleditsch and Ward, such as `652`; none when it is unknown.
#[must_use]
pub fn of_gleditsch_ward(number: &str) -> Option<&'static str> {
    let number = number.parse().ok()?;
    let place = GLEDITSCH_WARD.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    Some(GLEDITSCH_WARD[place].1)
}

/// The country with a code of FIPS 10-4, such as `SF`; none when it is unknown.
#[must_use]
pub fn of_fips(code: &str) -> Option<Country> {
    country(FIPS, code)
}

/// The country with a code of three letters, such as `ZAF`; none when it is unknown.
#[must_use]
pub fn of_alpha_3(code: &str) -> Option<Country> {
    country(ALPHA_3, code)
}

fn country(table: &'static [(&str, &str, &str)], code: &str) -> Option<Country> {
    let place = table.binary_search_by_key(&code, |(code, ..)| code).ok()?;
    let (_, letters, name) = table[place];
    Some((letters, name))
}

/// The country with a number of ISO 3166-1, such as 586; none when it is unknown.
#[must_use]
pub fn of_iso_number(number: u16) -> Option<&'static str> {
    let place = ISO_NUMBERS.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    Some(ISO_NUMBERS[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order_and_name_countries_by_two_letters() {
        assert!(GLEDITSCH_WARD.is_sorted_by(|(one, _), (next, _)| one < next));
        let mut countries: Vec<&str> = GLEDITSCH_WARD.iter().map(|(_, letters)| *letters).collect();
        for table in [FIPS, ALPHA_3] {
            assert!(table.is_sorted_by(|(one, ..), (next, ..)| one < next));
            countries.extend(table.iter().map(|(_, letters, _)| letters));
        }
        for letters in countries {
            assert!(letters.len() == 2 && letters.bytes().all(|byte| byte.is_ascii_uppercase()), "{letters}");
        }
    }

    #[test]
    fn numbers_of_gleditsch_and_ward_are_not_those_of_the_correlates_of_war() {
        assert_eq!(of_gleditsch_ward("652"), Some("SY"));
        assert_eq!(of_gleditsch_ward("260"), Some("DE"));
        assert_eq!(of_gleditsch_ward("678"), Some("YE"));
        for unknown in ["255", "679", "345", "0", "-1", "SY", "", "99999999"] {
            assert_eq!(of_gleditsch_ward(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn letters_of_fips_are_not_those_of_iso() {
        let differ = [
            ("SF", "ZA"),
            ("ZA", "ZM"),
            ("AS", "AU"),
            ("AU", "AT"),
            ("RS", "RU"),
            ("IZ", "IQ"),
            ("SY", "SY"),
        ];
        for (fips, letters) in differ {
            assert_eq!(of_fips(fips).map(|(letters, _)| letters), Some(letters), "{fips}");
        }
        for unknown in ["ZZ", "", "sf", "OS"] {
            assert_eq!(of_fips(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn three_letters_are_two() {
        assert_eq!(of_alpha_3("ZAF"), Some(("ZA", "South Africa")));
        assert_eq!(
            of_alpha_3("ROM").map(|(letters, _)| letters),
            of_alpha_3("ROU").map(|(letters, _)| letters)
        );
        assert_eq!(of_alpha_3("AFR"), None);
    }

    #[test]
    fn every_number_of_iso_and_every_country_is_given_once() {
        assert!(ISO_NUMBERS.is_sorted_by(|one, two| one.0 < two.0));
        let mut letters: Vec<_> = ISO_NUMBERS.iter().map(|(_, letters)| letters).collect();
        letters.sort_unstable();
        assert!(letters.is_sorted_by(|one, two| one < two), "{letters:?}");
    }

    #[test]
    fn a_country_is_found_by_its_number_in_iso() {
        assert_eq!(
            [4, 586, 894, 0, 999].map(of_iso_number),
            [Some("AF"), Some("PK"), Some("ZM"), None, None]
        );
    }
}
