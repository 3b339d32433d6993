//! What each type of field is called and takes. Knows no grammar and no storage.

use super::FieldType;

impl FieldType {
    /// Its name, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Money => "money",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Time => "time",
            Self::Choice => "choice",
            Self::Email => "email",
            Self::Url => "url",
            Self::Phone => "phone",
            Self::Ref => "ref",
            Self::Tags => "tags",
            Self::Many => "many",
        }
    }

    /// Whether its values are texts that a person writes freely.
    pub fn is_textual(self) -> bool {
        matches!(
            self,
            Self::String | Self::Text | Self::Email | Self::Url | Self::Phone
        )
    }

    /// Whether its values are rows of another entity.
    pub fn refers(self) -> bool {
        matches!(self, Self::Ref | Self::Many)
    }

    /// Whether a row holds a list of it, kept in a table of its own.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Tags | Self::Many)
    }

    /// Whether its values are numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number | Self::Money)
    }
}
