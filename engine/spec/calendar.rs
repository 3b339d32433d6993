//! Days and times as text: what is valid and what is not. Knows no clock and no time zone but UTC.

/// Whether `text` is a day, `2026-02-28`.
pub fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    year >= 1 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day)
}

/// Whether `text` is a time of day, `09:30`.
pub fn is_time(text: &str) -> bool {
    text.split_once(':')
        .and_then(|(hour, minute)| Some((digits(hour, 2)?, digits(minute, 2)?)))
        .is_some_and(|(hour, minute)| hour < 24 && minute < 60)
}

/// Whether `text` is a moment in UTC, `2026-02-28T09:30:00Z`.
pub fn is_datetime(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let Some((minutes, seconds)) = time
        .strip_suffix('Z')
        .and_then(|time| time.rsplit_once(':'))
    else {
        return false;
    };
    is_date(date) && is_time(minutes) && digits(seconds, 2).is_some_and(|seconds| seconds < 60)
}

fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(is_date("2024-02-29") && is_date("2000-02-29"));
        for day in [
            "2023-02-29",
            "1900-02-29",
            "2024-04-31",
            "2024-13-01",
            "2024-1-1",
            "0000-01-01",
            "",
        ] {
            assert!(!is_date(day), "{day}");
        }
    }

    #[test]
    fn times_are_hours_and_minutes() {
        assert!(is_time("00:00") && is_time("23:59"));
        assert!(!is_time("24:00") && !is_time("9:30") && !is_time("09:60"));
        assert!(is_datetime("2026-02-28T09:30:00Z"));
        assert!(!is_datetime("2026-02-28T09:30Z") && !is_datetime("2026-02-28 09:30:00"));
    }
}
