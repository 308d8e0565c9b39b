using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>What must hold between the fields of the configuration, and the old names of some.</summary>
static class RateLimitingRules
{
    static readonly string[] Periods = ["second", "minute", "hour", "day", "month", "year"];

    public static void Add(SchemaBuilder schema)
    {
        schema.CheckWhole(Check);
        schema.Plugin.AtLeastOneOf([.. Periods.Select(static period => $"config.{period}")]);
        foreach (var name in (ReadOnlySpan<string>)["host", "port", "timeout"])
            Demand(schema.Plugin, "policy", "redis", $"redis.{name}");

        Demand(schema.Plugin, "limit_by", "header", "header_name");
        Demand(schema.Plugin, "limit_by", "path", "path");
        AddOldNames(schema);
    }

    static void Demand(SchemaBuilder plugin, string field, string value, string needed) =>
        plugin.Conditional($"config.{field}", match => match.Is(value), $"config.{needed}", static match => match.IsSet());

    static string? Check(ValueMap config) => CheckPeriods(config) ?? CheckSyncRate(config.GetString("policy"), Number(config, "sync_rate") ?? -1);

    /// <summary>No longer period may allow less than a shorter one.</summary>
    static string? CheckPeriods(ValueMap config)
    {
        for (var shorter = 0; shorter < Periods.Length; shorter++)
            for (var longer = shorter + 1; longer < Periods.Length; longer++)
                if (Number(config, Periods[shorter]) is { } few && Number(config, Periods[longer]) is { } many && many < few)
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"The limit for {Periods[longer]}({many:F1}) cannot be lower than the limit for {Periods[shorter]}({few:F1})");

        return null;
    }

    static string? CheckSyncRate(string? policy, double rate) => policy switch
    {
        _ when rate == -1 => null,
        not "redis" => "sync_rate can only be used with the redis policy",
        _ => rate < 0.02 ? "sync_rate must be greater than 0.02, or -1 to disable" : null,
    };

    static double? Number(ValueMap config, string name) => config.Get(name) switch
    {
        long number => number,
        double number => number,
        _ => null,
    };

    static void AddOldNames(SchemaBuilder schema)
    {
        AddOldName(schema, "host", FieldType.String);
        AddOldName(schema, "port", FieldType.Integer);
        AddOldName(schema, "password", FieldType.String, static field => field.With(new LeastLengthValidator(0)));
        AddOldName(schema, "username", FieldType.String);
        AddOldName(schema, "ssl", FieldType.Boolean);
        AddOldName(schema, "ssl_verify", FieldType.Boolean);
        AddOldName(schema, "server_name", FieldType.String);
        AddOldName(schema, "timeout", FieldType.Integer);
        AddOldName(schema, "database", FieldType.Integer);
    }

    static void AddOldName(SchemaBuilder schema, string name, FieldType type, Func<Field, Field>? demand = null)
    {
        var field = new Field
        {
            Name = $"redis_{name}",
            Type = type,
            Deprecation = new Deprecation
            {
                Message = $"rate-limiting: config.redis_{name} is deprecated, please use config.redis.{name} instead",
                RemovalInVersion = "4.0",
                ReplacedWith = [new Replacement(["redis", name])],
            },
        };
        schema.Shorthand(
            demand?.Invoke(field) ?? field,
            value => new ValueMap { ["redis"] = new ValueMap { [name] = value } },
            record => record.GetMap("redis")?.Get(name));
    }
}
