using System.Collections.Concurrent;

namespace Gibbon.Pdk.Schemas;

/// <content>Where schemas come from.</content>
public sealed partial class Schema
{
    static readonly ConcurrentDictionary<Type, Schema> Known = new();

    /// <summary>The schema of a record, as it is in a gateway that was told nothing. Made once.</summary>
    public static Schema Of<T>() where T : class => Of(typeof(T));

    /// <summary>The schema of a record, as it is in a gateway that was told nothing. Made once.</summary>
    public static Schema Of(Type type) => Known.GetOrAdd(type, static type => SchemaReader.Entity(type, SchemaOptions.Default));

    /// <summary>The schema of a record in a gateway with these options.</summary>
    public static Schema Of<T>(SchemaOptions options) where T : class => SchemaReader.Entity(typeof(T), options);

    /// <summary>The schema of a record in a gateway with these options.</summary>
    public static Schema Of(Type type, SchemaOptions options) => SchemaReader.Entity(type, options);

    /// <summary>The subschema of <c>plugins</c> for one plugin.</summary>
    /// <param name="name">The plugin's name: <c>key-auth</c>.</param>
    /// <param name="config">The record of its configuration.</param>
    /// <param name="protocols">The protocols it works with: those of HTTP, all of Kong's, or the ones that are its default; empty leaves the field as it is.</param>
    /// <param name="scopes">What it may be limited to.</param>
    public static Schema ForPlugin(string name, Type config, IReadOnlyList<string> protocols, PluginScopes scopes = PluginScopes.All) =>
        PluginSubschema.Of(name, config, protocols, scopes);

    /// <summary>The subschema of <c>vaults</c> for one kind of vault.</summary>
    public static Schema ForVault(string name, Type config) => new(name, [SchemaReader.Config(config, SchemaOptions.Default, out _)]);

    /// <summary>This schema with one field changed: how a plugin has a look at values that attributes cannot know of.</summary>
    /// <param name="path">The field, with dots for fields of records: <c>config.headers</c>.</param>
    /// <param name="change">Gives the field in its place.</param>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public Schema Change(string path, Func<Field, Field> change)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(change);
        List<Field> fields = [.. Fields];
        FieldPath.Change(fields, path, change);
        return Copy(fields, ClrType);
    }

    /// <summary>This schema without its record: stores then give entities as data, with what no record has a place for, such as the time to live.</summary>
    public Schema WithoutRecord() => Copy(Fields, clrType: null);

    Schema Copy(IEnumerable<Field> fields, Type? clrType) => new(Name, fields)
    {
        ClrType = clrType,
        EntityChecks = EntityChecks,
        Shorthands = Shorthands,
        WholeCheck = WholeCheck,
        PrimaryKey = PrimaryKey,
        EndpointKey = EndpointKey,
        CacheKey = CacheKey,
        Workspaceable = Workspaceable,
        GenerateAdminApi = GenerateAdminApi,
        AdminApiName = AdminApiName,
        AdminApiNestedName = AdminApiNestedName,
        TableName = TableName,
        Ttl = Ttl,
        Exported = Exported,
        SubschemaKey = SubschemaKey,
        SubschemaError = SubschemaError,
        Subschemas = Subschemas,
        Transformations = Transformations,
        Options = Options,
        BeyondKong = BeyondKong,
    };
}
