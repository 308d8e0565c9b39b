namespace Gibbon.Pdk;

/// <summary>Why entities could not be read or stored; the numbers are Kong's.</summary>
public enum EntityErrorCode
{
    /// <summary><c>invalid primary key</c>.</summary>
    InvalidPrimaryKey = 1,

    /// <summary><c>schema violation</c>: the entity is not what its schema asks for.</summary>
    SchemaViolation = 2,

    /// <summary><c>primary key violation</c>: the id is taken.</summary>
    PrimaryKeyViolation = 3,

    /// <summary><c>foreign key violation</c>: it refers to nothing, or something refers to it.</summary>
    ForeignKeyViolation = 4,

    /// <summary><c>unique constraint violation</c>: a unique value is taken.</summary>
    UniqueViolation = 5,

    /// <summary><c>not found</c>.</summary>
    NotFound = 6,

    /// <summary><c>invalid offset</c>.</summary>
    InvalidOffset = 7,

    /// <summary><c>database error</c>.</summary>
    DatabaseError = 8,

    /// <summary><c>invalid size</c>.</summary>
    InvalidSize = 9,

    /// <summary><c>invalid unique …</c>.</summary>
    InvalidUnique = 10,

    /// <summary><c>invalid options</c>.</summary>
    InvalidOptions = 11,

    /// <summary><c>operation unsupported</c>: there is no database to write to.</summary>
    OperationUnsupported = 12,

    /// <summary><c>foreign keys unresolved</c>.</summary>
    ForeignKeysUnresolved = 13,

    /// <summary><c>invalid declarative configuration</c>.</summary>
    DeclarativeConfig = 14,

    /// <summary><c>transformation error</c>.</summary>
    TransformationError = 15,

    /// <summary><c>invalid foreign key</c>.</summary>
    InvalidForeignKey = 16,

    /// <summary><c>invalid workspace</c>.</summary>
    InvalidWorkspace = 17,

    /// <summary><c>invalid global query</c>.</summary>
    InvalidUniqueGlobal = 18,

    /// <summary><c>referenced by others</c>.</summary>
    ReferencedByOthers = 19,

    /// <summary><c>invalid search query</c>.</summary>
    InvalidSearchQuery = 20,
}
