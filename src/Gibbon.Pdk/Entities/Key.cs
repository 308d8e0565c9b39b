using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A cryptographic key, as JWK or in PEM.</summary>
[Entity("keys", EndpointKey = "name", CacheKey = ["kid", "set"])]
public sealed record Key : Entity, IConfigureSchema
{
    /// <summary>The set it belongs to.</summary>
    [OnDelete(DeleteRule.Cascade), Optional]
    public EntityReference<KeySet>? Set { get; init; }

    /// <summary>The name.</summary>
    [Unique, Optional]
    public string? Name { get; init; }

    /// <summary>The key's own id, unique within its set.</summary>
    public required string Kid { get; init; }

    /// <summary>The key as a JSON Web Key (RFC 7517), written as text.</summary>
    [Referenceable, Encrypted]
    public string? Jwk { get; init; }

    /// <summary>The key in PEM.</summary>
    [Optional]
    public PemKey? Pem { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => KeyRules.Add(schema);
}

/// <summary>A pair of keys, or one of them, in PEM.</summary>
public sealed record PemKey : IConfigureSchema
{
    /// <summary>The private key.</summary>
    [Referenceable, Encrypted, Optional]
    public string? PrivateKey { get; init; }

    /// <summary>The public key.</summary>
    [Referenceable, Optional]
    public string? PublicKey { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.AtLeastOneOf("private_key", "public_key");
}

/// <summary>A set of keys.</summary>
[Entity("key_sets", EndpointKey = "name", AdminApiName = "key-sets")]
public sealed record KeySet : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique, Optional]
    public string? Name { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) =>
        schema.Place("name", after: "id").Place("tags", after: "name");
}
