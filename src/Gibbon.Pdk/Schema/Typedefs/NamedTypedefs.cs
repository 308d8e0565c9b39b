using System.Collections.Frozen;
using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk.Schemas;

/// <content>The typedefs by the names that definitions call them by.</content>
public static partial class Typedefs
{
    static readonly string[] AllProtocols = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"];
    static readonly string[] HttpProtocols = ["grpc", "grpcs", "http", "https"];
    static readonly FrozenDictionary<string, Field> Named = Scalars().Concat(Records()).Concat(RouteFields()).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all typedefs.</summary>
    public static IReadOnlyList<string> Names => Named.Keys;

    /// <summary>The typedef of that name, as a field without a name; <c>null</c> when there is none.</summary>
    public static Field? Find(string name) => Named.GetValueOrDefault(name);

    static Dictionary<string, Field> Scalars() => new(StringComparer.Ordinal)
    {
        ["http_method"] = Text.HttpMethod(),
        ["protocol"] = Text.In(AllProtocols),
        ["host"] = Text.Host(),
        ["redis_host"] = Text.Host(),
        ["host_with_optional_port"] = Text.HostWithOptionalPort(),
        ["wildcard_host"] = Text.WildcardHost(),
        ["ip"] = Text.Ip(),
        ["ip_or_cidr"] = Text.IpOrCidr(),
        ["cidr"] = Text.CidrV4(),
        ["cidr_v4"] = Text.CidrV4(),
        ["port"] = Whole.Port(),
        ["path"] = Text.Path(),
        ["url"] = Text.Url(),
        ["cookie_name"] = Text.CookieName(),
        ["header_name"] = Text.HeaderName(),
        ["timeout"] = Whole.Timeout(),
        ["uuid"] = Text.With(new UuidValidator()) with { Auto = true },
        ["auto_timestamp_s"] = Whole.With(new TimestampValidator()) with { Auto = true },
        ["auto_timestamp_ms"] = new Field { Type = FieldType.Number, Auto = true }.With(new TimestampValidator()),
        ["name"] = Text.Name() with { Unique = true },
        ["utf8_name"] = Text.Utf8Name() with { Unique = true },
        ["sni"] = Text.Sni(),
        ["redis_server_name"] = Text.Sni(),
        ["certificate"] = Text.Certificate(),
        ["key"] = Text.Key(),
        ["tag"] = Text.Tag(),
        ["tags"] = ListOf(FieldType.Set, Text.Tag()),
        ["capability"] = Text.Checked(CheckCapability),
        ["semantic_version"] = Text.SemanticVersion(),
        ["ttl"] = Whole.Ttl(),
        ["jwk"] = Text,
    };

    static Dictionary<string, Field> Records() => new(StringComparer.Ordinal)
    {
        ["queue"] = RecordFrom<QueueConfig>(),
        ["propagation"] = RecordFrom<PropagationConfig>(),
        ["redis"] = RecordFrom<RedisConfig>(),
        ["pem"] = RecordFrom<PemKey>(),
        ["lua_code"] = new Field { Type = FieldType.Map, Keys = Text, Values = Text },
        ["no_consumer"] = Forbidden(FieldType.Foreign) with { Reference = "consumers" },
        ["no_service"] = Forbidden(FieldType.Foreign) with { Reference = "services" },
        ["no_route"] = Forbidden(FieldType.Foreign) with { Reference = "routes" },
        ["no_consumer_group"] = Forbidden(FieldType.Foreign) with { Reference = "consumer_groups", BeyondKong = true },
    };

    static Dictionary<string, Field> RouteFields()
    {
        var endpoints = ListOf(FieldType.Set, RecordFrom<RouteEndpoint>());
        var methods = ListOf(FieldType.Set, Text.HttpMethod());
        var hosts = ListOf(FieldType.Array, Text.RouterHost());
        var paths = ListOf(FieldType.Array, Text.RouterPath());
        var headers = new Field { Type = FieldType.Map, Keys = Text.HeaderName(), Values = ListOf(FieldType.Array, Text) };
        return new(StringComparer.Ordinal)
        {
            ["protocols"] = Protocols(AllProtocols),
            ["protocols_http"] = Protocols(HttpProtocols),
            ["sources"] = endpoints,
            ["no_sources"] = Forbidden(FieldType.Set),
            ["destinations"] = endpoints,
            ["no_destinations"] = Forbidden(FieldType.Set),
            ["methods"] = methods,
            ["no_methods"] = Forbidden(FieldType.Set),
            ["hosts"] = hosts,
            ["no_hosts"] = Forbidden(FieldType.Array),
            ["router_path"] = Text.RouterPath(),
            ["paths"] = paths,
            ["no_paths"] = Forbidden(FieldType.Array),
            ["headers"] = headers,
            ["no_headers"] = Forbidden(FieldType.Map),
        };
    }

    static Field Text => new() { Type = FieldType.String };

    static Field Whole => new() { Type = FieldType.Integer };

    static Field ListOf(FieldType type, Field elements) => new() { Type = type, Elements = elements };

    static Field RecordFrom<T>() where T : class => new() { Type = FieldType.Record, Record = Schema.Of<T>() };

    static Field Forbidden(FieldType type) => new Field { Type = type }.With(new EqualValidator(null));

    static Field Protocols(string[] allowed) => ListOf(FieldType.Set, Text.In(allowed)) with
    {
        Required = true,
        HasDefault = true,
        Default = new ValueList(HttpProtocols),
    };

    static string? CheckCapability(string text) =>
        LuaPattern.IsMatch(text, "^[%w_%.%-]+$") ? null : $"invalid value '{text}': it must only contain alphanumeric and '., -, _' characters";
}
