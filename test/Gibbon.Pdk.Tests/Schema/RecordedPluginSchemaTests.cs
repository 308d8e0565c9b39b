using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary>Two plugins' schemas as C# records: a plain one, and one with everything that is hard to say.</summary>
public sealed class RecordedPluginSchemaTests
{
    static readonly string[] Http = ["grpc", "grpcs", "http", "https"];

    [Fact]
    public void Key_auth_is_described_as_Kong_describes_it() => AssertSame(
        Conformance.Read("recorded/schemas/plugins/key-auth.json"),
        Schema.ForPlugin("key-auth", typeof(KeyAuth), Http, PluginScopes.Service | PluginScopes.Route));

    [Fact]
    public void Rate_limiting_is_described_as_Kong_describes_it() => AssertSame(
        Conformance.Read("recorded/schemas/plugins/rate-limiting.json"),
        Schema.ForPlugin("rate-limiting", typeof(RateLimiting), Http));

    static void AssertSame(ValueMap expected, Schema schema)
    {
        Assert.Equal(Text(expected.Get("entity_checks")), Text(schema.Describe().Get("entity_checks")));
        Assert.Equal(Fields(expected), Fields(schema.Describe()));
    }

    static IEnumerable<string> Fields(ValueMap schema) => schema.GetList("fields")!.Select(Text).Order(StringComparer.Ordinal);

    static string Text(object? value) => Encoding.UTF8.GetString(ValueJson.Write(Conformance.Sorted(value)));

    sealed record KeyAuth
    {
        [HeaderName]
        public IReadOnlyList<string> KeyNames { get; init; } = ["apikey"];

        public bool HideCredentials { get; init; }

        public string? Anonymous { get; init; }

        public bool KeyInHeader { get; init; } = true;

        public bool KeyInQuery { get; init; } = true;

        public bool KeyInBody { get; init; }

        public bool RunOnPreflight { get; init; } = true;

        [Optional]
        public string? Realm { get; init; }
    }

    sealed record RateLimiting : IConfigureSchema
    {
        [GreaterThan(0)]
        public double? Second { get; init; }

        [GreaterThan(0)]
        public double? Minute { get; init; }

        [GreaterThan(0)]
        public double? Hour { get; init; }

        [GreaterThan(0)]
        public double? Day { get; init; }

        [GreaterThan(0)]
        public double? Month { get; init; }

        [GreaterThan(0)]
        public double? Year { get; init; }

        [OneOf("consumer", "credential", "ip", "service", "header", "path")]
        public string? LimitBy { get; init; } = "consumer";

        [HeaderName]
        public string? HeaderName { get; init; }

        [Path]
        public string? Path { get; init; }

        [OneOf("local", "cluster", "redis"), Length(Min = 0)]
        public string? Policy { get; init; } = "local";

        public bool FaultTolerant { get; init; } = true;

        public RedisConfig Redis { get; init; } = new();

        public bool HideClientHeaders { get; init; }

        [GreaterThan(0)]
        public double? ErrorCode { get; init; } = 429;

        public string? ErrorMessage { get; init; } = "API rate limit exceeded";

        public double SyncRate { get; init; } = -1;

        static void IConfigureSchema.Configure(SchemaBuilder schema)
        {
            var plugin = schema.Plugin;
            plugin.AtLeastOneOf("config.second", "config.minute", "config.hour", "config.day", "config.month", "config.year");
            foreach (var name in (ReadOnlySpan<string>)["host", "port", "timeout"])
            {
                plugin.Conditional("config.policy", static field => field.Is("redis"), $"config.redis.{name}", static field => field.IsSet());
            }
            plugin.Conditional("config.limit_by", static field => field.Is("header"), "config.header_name", static field => field.IsSet());
            plugin.Conditional("config.limit_by", static field => field.Is("path"), "config.path", static field => field.IsSet());
            Move(schema, "host", FieldType.String);
            Move(schema, "port", FieldType.Integer);
            schema.Moved(
                new Field { Name = "redis_password", Type = FieldType.String }.With(new LeastLengthValidator(0)), "redis.password", Message("password"));
            Move(schema, "username", FieldType.String);
            Move(schema, "ssl", FieldType.Boolean);
            Move(schema, "ssl_verify", FieldType.Boolean);
            Move(schema, "server_name", FieldType.String);
            Move(schema, "timeout", FieldType.Integer);
            Move(schema, "database", FieldType.Integer);
        }

        static void Move(SchemaBuilder schema, string name, FieldType type) =>
            schema.Moved(new Field { Name = $"redis_{name}", Type = type }, $"redis.{name}", Message(name));

        static string Message(string name) => $"rate-limiting: config.redis_{name} is deprecated, please use config.redis.{name} instead";
    }
}
