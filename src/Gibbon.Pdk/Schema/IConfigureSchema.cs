namespace Gibbon.Pdk.Schemas;

/// <summary>
/// A record that has more to say about its schema than attributes can: checks between fields, shorthands, transformations,
/// validators in code.
/// </summary>
/// <example><code>
/// public sealed record MyConfig : IConfigureSchema
/// {
///     public IReadOnlyList&lt;string&gt;? Allow { get; init; }
///     public IReadOnlyList&lt;string&gt;? Deny { get; init; }
///
///     static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.OnlyOneOf("allow", "deny");
/// }
/// </code></example>
public interface IConfigureSchema
{
    /// <summary>Adds to the schema that was read from the properties; called once for each schema that is made of the record.</summary>
    static abstract void Configure(SchemaBuilder schema);
}
