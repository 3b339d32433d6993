<% from "rust/shared.jinja" import kinds as words, optional, base %>
<% set kinds = words(contract) | split %>
<% set ns = namespace(change=false, blank=false, total=false) %>
<% for entity in contract.entities %>
<% for field in entity.fields %>
<% if field.type != "ref" and optional(field) and base(field) != "String" %><% set ns.change = true %><% endif %>
<% if optional(field) and base(field) == "String" %><% set ns.blank = true %><% endif %>
<% if field.type == "money" and field.name in entity.summed %><% set ns.total = true %><% endif %>
<% endfor %>
<% endfor %>
<% set parsed = ["money", "date", "time"] | select("in", kinds) | list %>
//! Values with a form of their own: how each is read from an argument, written and ordered.

<% if "money" in kinds %>
use std::fmt;
<% endif %>
<% if parsed or "datetime" in kinds or ns.change %>
use std::str::FromStr;
<% endif %>
use std::time::{SystemTime, UNIX_EPOCH};

<% if parsed or "datetime" in kinds %>
use serde::{Deserialize, Serialize};

<% endif %>
<% if parsed or "datetime" in kinds %>
use crate::record::{Key, Value};

<% endif %>
const SECONDS_OF_A_DAY: i64 = 86_400;
<% if "money" in kinds %>
/// The most cents that every program which reads JSON tells apart.
const MAX_CENTS: i64 = 9_007_199_254_740_991;
<% endif %>
<% if ns.blank %>

/// The text without blanks around it, where anything is left of it.
pub fn filled(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
<% endif %>
<% if ns.change %>

/// A change of a value that a row can be without: a blank text takes it away.
#[derive(Clone, Copy, Debug)]
pub struct Change<T>(pub Option<T>);

impl<T: FromStr> FromStr for Change<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        text.trim().parse().map(|value| Self(Some(value)))
    }
}
<% endif %>
<% if "money" in kinds %>

/// An amount with two decimals, kept as a whole number of cents.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Money {
    pub cents: i64,
}

<% if ns.total %>
impl Money {
    /// What amounts add up to.
    pub fn total(amounts: impl Iterator<Item = Self>) -> Self {
        let cents = amounts.map(|amount| amount.cents);
        Self {
            cents: cents.fold(0, i64::saturating_add),
        }
    }
}

<% endif %>
impl FromStr for Money {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write an amount such as 12.50".to_owned();
        let (sign, digits) = match text.trim().strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.trim()),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || decimals.is_empty() || !is_number(whole) || !is_number(decimals) {
            return Err(wrong());
        }
        if decimals.len() > 2 {
            return Err("write at most two decimals".to_owned());
        }
        let cents = format!("{whole}{decimals:0<2}").parse::<i64>();
        match cents {
            Ok(cents) if cents <= MAX_CENTS => Ok(Self {
                cents: sign * cents,
            }),
            _ => Err("the amount is too large".to_owned()),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl Value for Money {
    fn show(&self) -> String {
        self.to_string()
    }

    fn key(&self) -> Key {
        Key::Number(f64::from(*self))
    }
}

impl TryFrom<f64> for Money {
    type Error = String;

    fn try_from(amount: f64) -> Result<Self, String> {
        // The text of a float is the shortest that means it, so 0.1 is ten cents exactly.
        amount.to_string().parse()
    }
}

impl From<Money> for f64 {
    fn from(money: Money) -> Self {
        money.cents as Self / 100.0
    }
}
<% endif %>
<% if "date" in kinds %>

/// A calendar day, kept as it is written: 2024-05-17.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Date(pub String);

impl Value for Date {
    fn show(&self) -> String {
        self.0.show()
    }

    fn key(&self) -> Key {
        self.0.key()
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match day(text.trim()) {
            Some(_) => Ok(Self(text.trim().to_owned())),
            None => Err("write a date such as 2024-05-17".to_owned()),
        }
    }
}
<% endif %>
<% if "datetime" in kinds %>

/// A moment, kept in UTC: 2024-05-17T09:30:00Z. A text without an offset is taken to be UTC.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Moment(pub String);

impl Value for Moment {
    fn show(&self) -> String {
        self.0.show()
    }

    fn key(&self) -> Key {
        self.0.key()
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write a date and time such as 2024-05-17T09:30Z".to_owned();
        let seconds = seconds(text.trim()).ok_or_else(wrong)?;
        let written = written(seconds);
        // Years before 0 and after 9999 have another form.
        if written.len() == "2024-05-17T09:30:00Z".len() {
            Ok(Self(written))
        } else {
            Err(wrong())
        }
    }
}
<% endif %>
<% if "time" in kinds %>

/// A time of day in hours and minutes, kept as it is written: 09:30.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Time(pub String);

impl Value for Time {
    fn show(&self) -> String {
        self.0.show()
    }

    fn key(&self) -> Key {
        self.0.key()
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match clock(text) {
            Some(_) if text.len() == "09:30".len() => Ok(Self(text.to_owned())),
            _ => Err("write a time such as 09:30".to_owned()),
        }
    }
}
<% endif %>

/// This moment, as rows keep it.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    written(i64::try_from(seconds).unwrap_or_default())
}
<% if "date" in kinds or "datetime" in kinds %>

/// The day of a date, counted from the first of January 1970.
fn day(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if year == 0 || !(1..=days).contains(&day) {
        return None;
    }
    // Years begin in March here, so that the day that only some have is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year / 4 - year / 100 + year / 400;
    Some(year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - DAYS_BEFORE_1970)
}
<% endif %>
<% if "datetime" in kinds %>

/// The seconds of a date and time, counted from the start of 1970 in UTC.
fn seconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
        None => (time, 0),
        Some(at) if time[at..].eq_ignore_ascii_case("z") => (&time[..at], 0),
        Some(at) => {
            let sign = if time[at..].starts_with('-') { -1 } else { 1 };
            (&time[..at], sign * clock(&time[at + 1..])?)
        }
    };
    Some(day(date)? * SECONDS_OF_A_DAY + clock(time)? - offset)
}
<% endif %>
<% if "datetime" in kinds or "time" in kinds %>

/// The seconds of a time of day.
fn clock(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match *parts.as_slice() {
        [hours, minutes] => (hours, minutes, "00"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let seconds = digits(seconds, 2)?;
    let valid = hours < 24 && minutes < 60 && seconds < 60;
    valid.then_some(hours * 3600 + minutes * 60 + seconds)
}
<% endif %>
<% if "date" in kinds or "datetime" in kinds or "time" in kinds %>

/// A number of exactly this many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}
<% endif %>

/// From the first of March of the year 0 to the first of January 1970.
const DAYS_BEFORE_1970: i64 = 719_468;
const DAYS_OF_400_YEARS: i64 = 146_097;

/// Seconds since 1970 as a date and time.
fn written(seconds: i64) -> String {
    let (days, rest) = (
        seconds.div_euclid(SECONDS_OF_A_DAY) + DAYS_BEFORE_1970,
        seconds.rem_euclid(SECONDS_OF_A_DAY),
    );
    let (era, day) = (
        days.div_euclid(DAYS_OF_400_YEARS),
        days.rem_euclid(DAYS_OF_400_YEARS),
    );
    // How many leap days lie before that day of the 400 years.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (year * 365 + year / 4 - year / 100);
    let month = (of_year * 5 + 2) / 153;
    let of_month = of_year - (month * 153 + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (year + era * 400, month + 3)
    } else {
        (year + era * 400 + 1, month - 9)
    };
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{of_month:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(written(4_102_444_799), "2099-12-31T23:59:59Z");
        assert_eq!(written(-1), "1969-12-31T23:59:59Z");
    }
<% if "money" in kinds %>

    #[test]
    fn amounts_are_exact() {
        for (text, cents) in [("12.50", 1250), ("-0.05", -5), ("7", 700), ("0.1", 10)] {
            assert_eq!(text.parse::<Money>().unwrap().cents, cents);
        }
        assert_eq!(Money { cents: -1205 }.to_string(), "-12.05");
        assert_eq!(Money::try_from(0.1).unwrap().cents, 10);
        for bad in ["", "1.234", "1,50", "1e3", "99999999999999999999", "--1"] {
            assert!(bad.parse::<Money>().is_err(), "{bad}");
        }
    }
<% endif %>
<% if "date" in kinds %>

    #[test]
    fn days_are_those_of_the_calendar() {
        assert!("2024-02-29".parse::<Date>().is_ok());
        for bad in ["2023-02-29", "2024-13-01", "2024-04-31", "2024-1-1", ""] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }
<% endif %>
<% if "datetime" in kinds %>

    #[test]
    fn moments_are_kept_in_utc() {
        for (text, kept) in [
            ("2024-05-17T09:30", "2024-05-17T09:30:00Z"),
            ("2024-05-17 09:30:15Z", "2024-05-17T09:30:15Z"),
            ("2024-03-01T00:30+01:00", "2024-02-29T23:30:00Z"),
            ("2023-12-31T23:30-01:00", "2024-01-01T00:30:00Z"),
        ] {
            assert_eq!(text.parse::<Moment>().unwrap().0, kept);
        }
        for bad in ["2024-05-17", "2024-02-30T09:30", "2024-05-17T24:00", "now"] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }
<% endif %>
<% if "time" in kinds %>

    #[test]
    fn times_have_hours_and_minutes() {
        assert!("23:59".parse::<Time>().is_ok());
        for bad in ["24:00", "9:30", "09:60", "09:30:00", "noon"] {
            assert!(bad.parse::<Time>().is_err(), "{bad}");
        }
    }
<% endif %>
}
