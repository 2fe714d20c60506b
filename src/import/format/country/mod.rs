//! Countries as datasets number and name them, and as ISO 3166-1 does.

mod fips;
mod gleditsch_ward;
mod iso_number;

use fips::FIPS;
use gleditsch_ward::GLEDITSCH_WARD;
use iso_number::ISO_NUMBERS;

/// The country with a number of Gleditsch and Ward, such as `652`; none when it is unknown.
#[must_use]
pub fn of_gleditsch_ward(number: &str) -> Option<&'static str> {
    let number = number.parse().ok()?;
    let place = GLEDITSCH_WARD.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    Some(GLEDITSCH_WARD[place].1)
}

/// The country with a code of FIPS 10-4, such as `SF`; none when it is unknown.
#[must_use]
pub fn of_fips(code: &str) -> Option<&'static str> {
    let place = FIPS.binary_search_by_key(&code, |(code, _)| code).ok()?;
    Some(FIPS[place].1)
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
        assert!(FIPS.is_sorted_by(|(one, _), (next, _)| one < next));
        let countries = GLEDITSCH_WARD.iter().map(|(_, iso)| iso).chain(FIPS.iter().map(|(_, iso)| iso));
        for iso in countries {
            assert!(iso.len() == 2 && iso.bytes().all(|byte| byte.is_ascii_uppercase()), "{iso}");
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
        let differ = [("SF", "ZA"), ("ZA", "ZM"), ("AS", "AU"), ("AU", "AT"), ("RS", "RU"), ("IZ", "IQ"), ("SY", "SY")];
        for (fips, iso) in differ {
            assert_eq!(of_fips(fips), Some(iso), "{fips}");
        }
        for unknown in ["ZZ", "", "sf", "OS"] {
            assert_eq!(of_fips(unknown), None, "{unknown:?}");
        }
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
        assert_eq!([4, 586, 894, 0, 999].map(of_iso_number), [Some("AF"), Some("PK"), Some("ZM"), None, None]);
    }
}
