using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A certificate and its private key, perhaps with a second pair of another kind (RSA beside ECDSA).</summary>
[Entity("certificates")]
public sealed record Certificate : Entity, IConfigureSchema
{
    /// <summary>The certificate, or the chain, in PEM.</summary>
    [Certificate, Referenceable]
    public required string Cert { get; init; }

    /// <summary>Its private key in PEM.</summary>
    [Key, Referenceable, Encrypted]
    public required string Key { get; init; }

    /// <summary>The second certificate.</summary>
    [Certificate, Referenceable, Optional]
    public string? CertAlt { get; init; }

    /// <summary>Its private key.</summary>
    [Key, Referenceable, Encrypted, Optional]
    public string? KeyAlt { get; init; }

    /// <summary>The server names for which it is shown; kept as <see cref="Sni"/> entities, not here.</summary>
    [WildcardHost, Transient, Optional]
    public IReadOnlyList<string>? Snis { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => CertificateRules.Add(schema);
}
