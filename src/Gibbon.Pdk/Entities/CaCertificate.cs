using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>The certificate of an authority that is trusted.</summary>
[Entity("ca_certificates", Workspaceable = false)]
public sealed record CaCertificate : Entity, IConfigureSchema
{
    /// <summary>The certificate in PEM; one, of an authority, not expired.</summary>
    [Certificate]
    public required string Cert { get; init; }

    /// <summary>Its SHA-256 digest in hexadecimal; made when it is written.</summary>
    [Unique]
    public string? CertDigest { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => CaCertificateRules.Add(schema);
}
