using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A TLS server name and the certificate that is shown for it.</summary>
[Entity("snis", EndpointKey = "name")]
public sealed record Sni : Entity, IConfigureSchema
{
    /// <summary>The server name; one <c>*</c> may be its first or its last label.</summary>
    [Unique(AcrossWorkspaces = true), WildcardHost]
    public required string Name { get; init; }

    /// <summary>The certificate.</summary>
    public required EntityReference<Certificate> Certificate { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Place("name", after: "id").Place("tags", after: "updated_at");
}
