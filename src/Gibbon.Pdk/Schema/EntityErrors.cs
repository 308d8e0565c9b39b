namespace Gibbon.Pdk.Schemas;

/// <summary>What can go wrong with entities, in the words of Kong's stores and of its Admin API.</summary>
public static class EntityErrors
{
    extension(EntityError error)
    {
        /// <summary>The answer's body: <c>code</c>, <c>name</c>, <c>message</c>, and <c>fields</c> (or <c>options</c>).</summary>
        public ValueMap ToMap()
        {
            var map = new ValueMap(4) { ["code"] = (long)error.Code, ["name"] = error.Name, ["message"] = error.Message };
            if (error.Fields is not null)
            {
                map[error.Code == EntityErrorCode.InvalidOptions ? "options" : "fields"] = error.Fields;
            }
            return map;
        }
    }

    /// <summary>The primary key is malformed.</summary>
    public static EntityError InvalidPrimaryKey(ValueMap errors) =>
        new(EntityErrorCode.InvalidPrimaryKey, "invalid primary key", $"invalid primary key: '{EntityKey.Print(errors)}'", errors);

    /// <summary>Fields are not what the schema demands.</summary>
    public static EntityError SchemaViolation(SchemaErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return new(EntityErrorCode.SchemaViolation, "schema violation", errors.Message, errors.Fields);
    }

    /// <summary>Another entity has the same primary key.</summary>
    public static EntityError PrimaryKeyViolation(ValueMap key) => new(
        EntityErrorCode.PrimaryKeyViolation, "primary key violation", $"primary key violation on key '{EntityKey.Print(key)}'", key);

    /// <summary>The entity that a foreign key refers to does not exist.</summary>
    /// <param name="field">The foreign field: <c>service</c>.</param>
    /// <param name="reference">The kind of entity it refers to: <c>services</c>.</param>
    /// <param name="key">The key that leads nowhere.</param>
    public static EntityError ForeignKeyMissing(string field, string reference, ValueMap key) => new(
        EntityErrorCode.ForeignKeyViolation,
        "foreign key violation",
        $"the foreign key '{EntityKey.Print(key)}' does not reference an existing '{reference}' entity.",
        new ValueMap { [field] = key });

    /// <summary>The entity cannot be deleted since another refers to it.</summary>
    /// <param name="child">The kind of the entity that refers: <c>routes</c>.</param>
    /// <param name="parent">The kind of the entity that was to be deleted: <c>services</c>.</param>
    public static EntityError ReferencedBy(string child, string parent) => new(
        EntityErrorCode.ForeignKeyViolation,
        "foreign key violation",
        $"an existing '{child}' entity references this '{parent}' entity",
        new ValueMap { ["@referenced_by"] = child });

    /// <summary>Another entity has the same value of a unique field.</summary>
    public static EntityError UniqueViolation(ValueMap key) => new(
        EntityErrorCode.UniqueViolation, "unique constraint violation", $"UNIQUE violation detected on '{EntityKey.Print(key)}'", key);

    /// <summary>There is no entity with this primary key.</summary>
    public static EntityError NotFound(ValueMap key) => new(
        EntityErrorCode.NotFound, "not found", $"could not find the entity with primary key '{EntityKey.Print(key)}'", key);

    /// <summary>There is no entity with this value of a unique field.</summary>
    public static EntityError NotFoundBy(ValueMap key) => new(
        EntityErrorCode.NotFound, "not found", $"could not find the entity with '{EntityKey.Print(key)}'", key);

    /// <summary>The mark of a page is malformed.</summary>
    public static EntityError InvalidOffset(string offset, string reason) => new(
        EntityErrorCode.InvalidOffset, "invalid offset", $"'{offset}' is not a valid offset: {reason}");

    /// <summary>The store failed.</summary>
    public static EntityError DatabaseError(string reason) => new(EntityErrorCode.DatabaseError, "database error", reason);

    /// <summary>The size of a page is out of range.</summary>
    public static EntityError InvalidSize(string reason) => new(EntityErrorCode.InvalidSize, "invalid size", reason);

    /// <summary>The value of a unique field by which an entity is looked for is malformed.</summary>
    public static EntityError InvalidUnique(string field, string reason) => new(
        EntityErrorCode.InvalidUnique, $"invalid unique {field}", reason);

    /// <summary>An option of a call is not what it should be.</summary>
    public static EntityError InvalidOptions(ValueMap options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var items = options.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => $"{entry.Key}: {Value.ToText(entry.Value)}");
        var summary = string.Join("; ", items);
        var message = options.Count == 1 ? $"invalid option ({summary})" : $"{options.Count} option violations ({summary})";
        return new(EntityErrorCode.InvalidOptions, "invalid options", message, options);
    }

    /// <summary>The operation does not fit: writing without a database.</summary>
    public static EntityError OperationUnsupported(string reason) => new(EntityErrorCode.OperationUnsupported, "operation unsupported", reason);

    /// <summary>Foreign keys given by unique fields lead nowhere.</summary>
    public static EntityError ForeignKeysUnresolved(SchemaErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var message = errors.Message.Replace("schema violation", "foreign key unresolved", StringComparison.Ordinal)
            .Replace("foreign key unresolveds", "foreign keys unresolved", StringComparison.Ordinal);
        return new(EntityErrorCode.ForeignKeysUnresolved, "foreign keys unresolved", message, errors.Fields);
    }

    /// <summary>A declarative configuration is not valid.</summary>
    public static EntityError DeclarativeConfig(ValueMap errors) => new(
        EntityErrorCode.DeclarativeConfig, "invalid declarative configuration", $"declarative config is invalid: {LuaTable.PrintInline(errors)}", errors);

    /// <summary>A transformation failed.</summary>
    public static EntityError TransformationFailed(string reason) => new(
        EntityErrorCode.TransformationError, "transformation error", $"transformation failed: {reason}");

    /// <summary>The entity is still referred to, and not by a foreign key.</summary>
    public static EntityError ReferencedByOthers(string reason) => new(EntityErrorCode.ReferencedByOthers, "referenced by others", reason);
}
