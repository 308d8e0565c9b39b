using System.Collections.Immutable;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage;

/// <summary>The gateway's own entities and those of a few plugins, as small as the tests need them.</summary>
internal static class TestSchemas
{
    public static EntitySchemas Instance { get; } = EntitySchemas.For(
        new SchemaOptions
        {
            Plugins = new Dictionary<string, Schema>
            {
                ["key-auth"] = Plugin<KeyAuthConfig>("key-auth"),
                ["cors"] = Plugin<EmptyConfig>("cors"),
                ["correlation-id"] = Plugin<EmptyConfig>("correlation-id"),
                ["acl"] = Plugin<AclConfig>("acl"),
                ["rate-limiting"] = Plugin<RateLimitingConfig>("rate-limiting"),
                ["http-log"] = Plugin<HttpLogConfig>("http-log"),
            }.ToImmutableDictionary(),
            Vaults = new Dictionary<string, Schema> { ["env"] = Schema.ForVault("env", typeof(EnvConfig)) }.ToImmutableDictionary(),
        },
        [Schema.Of<KeyAuthCredential>(), Schema.Of<BasicAuthCredential>(), Schema.Of<Acl>()]);

    static Schema Plugin<T>(string name) => Schema.ForPlugin(name, typeof(T), ["grpc", "grpcs", "http", "https"]);
}

internal sealed record EmptyConfig;

internal sealed record EnvConfig
{
    public string? Prefix { get; init; }
}

internal sealed record KeyAuthConfig
{
    public IReadOnlyList<string> KeyNames { get; init; } = ["apikey"];
}

internal sealed record AclConfig : IConfigureSchema
{
    public IReadOnlyList<string>? Allow { get; init; }

    public IReadOnlyList<string>? Deny { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Plugin.OnlyOneOf("config.allow", "config.deny");
}

internal sealed record RateLimitingConfig : IConfigureSchema
{
    public double? Second { get; init; }

    public double? Minute { get; init; }

    public double? Hour { get; init; }

    public double? Day { get; init; }

    public double? Month { get; init; }

    public double? Year { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Plugin.AtLeastOneOf(
        "config.second", "config.minute", "config.hour", "config.day", "config.month", "config.year");
}

internal sealed record HttpLogConfig
{
    [Url]
    public required string HttpEndpoint { get; init; }
}

[Entity("keyauth_credentials", EndpointKey = "key", CacheKey = ["key"])]
internal sealed record KeyAuthCredential : Entity
{
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    [Auto, Unique]
    public string Key { get; init; } = "";
}

[Entity("basicauth_credentials", EndpointKey = "username", CacheKey = ["username"])]
internal sealed record BasicAuthCredential : Entity, IConfigureSchema
{
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    [Unique]
    public required string Username { get; init; }

    public required string Password { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Transform(new Transformation
    {
        Input = ["password"],
        OnWrite = static entity => new ValueMap { ["password"] = "hash of " + entity.GetString("password") },
    });
}

[Entity("acls", CacheKey = ["consumer", "group"])]
internal sealed record Acl : Entity
{
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    public required string Group { get; init; }
}
