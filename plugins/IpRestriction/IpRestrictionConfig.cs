using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.IpRestriction;

/// <summary>Which addresses may, or may not.</summary>
sealed record IpRestrictionConfig : IConfigureSchema
{
    AddressSet? allowed;
    AddressSet? denied;

    /// <summary>The addresses and ranges that may; empty or <c>null</c> for all that are not denied.</summary>
    [IpOrCidr]
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>The addresses and ranges that may not.</summary>
    [IpOrCidr]
    public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>The status of a refusal; 403 if not said.</summary>
    [Optional]
    public double? Status { get; init; }

    /// <summary>The message of a refusal.</summary>
    [Optional]
    public string? Message { get; init; }

    internal AddressSet Allowed => allowed ??= new AddressSet(Allow ?? []);

    internal AddressSet Denied => denied ??= new AddressSet(Deny ?? []);

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        schema.Plugin.AtLeastOneOf("config.allow", "config.deny");

        // UDP and passed-through TLS may be named, but are not among the defaults.
        schema.Plugin.Add(new Field
        {
            Name = "protocols",
            Type = FieldType.Set,
            Required = true,
            HasDefault = true,
            Default = new ValueList { "http", "https", "tcp", "tls", "grpc", "grpcs" },
            Elements = new Field { Type = FieldType.String }
                .In("grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"),
        });
    }
}
