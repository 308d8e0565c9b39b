namespace Gibbon.Pdk.Schemas;

/// <summary>The types a field can have; their names in lower case are Kong's words for them.</summary>
public enum FieldType
{
    /// <summary>Text. Must not be empty unless a least length of 0 is set.</summary>
    String,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>A finite number without a fraction.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list.</summary>
    Array,

    /// <summary>A list without duplicates; those that come are dropped silently, the first one stays.</summary>
    Set,

    /// <summary>A table of keys and values of one kind each.</summary>
    Map,

    /// <summary>A table of named fields.</summary>
    Record,

    /// <summary>A reference to another entity: a record with its primary key.</summary>
    Foreign,

    /// <summary>Any JSON value, checked against a JSON schema.</summary>
    Json,

    /// <summary>A function; only in data definitions that describe definitions, never in an entity.</summary>
    Function,

    /// <summary>Anything.</summary>
    Any,
}
