using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>What must hold between the fields of the configuration, and the old names of some.</summary>
static class RateLimitingRules
{
    public static void Add(SchemaBuilder schema)
    {
        schema.CheckWhole(Check);
        schema.Plugin.AtLeastOneOf([.. Periods.All.Select(static period => $"config.{period.Name()}")]);
        OldRedisNames.DemandServer(schema);
        Demand(schema.Plugin, "limit_by", "header", "header_name");
        Demand(schema.Plugin, "limit_by", "path", "path");
        OldRedisNames.Add(schema, "rate-limiting");
    }

    static void Demand(SchemaBuilder plugin, string field, string value, string needed) =>
        plugin.Conditional($"config.{field}", match => match.Is(value), $"config.{needed}", static match => match.IsSet());

    static string? Check(ValueMap config) =>
        PeriodOrder.Check(config, "The") ?? CheckSyncRate(config.GetString("policy"), PeriodOrder.Number(config, "sync_rate") ?? -1);

    static string? CheckSyncRate(string? policy, double rate) => policy switch
    {
        _ when rate == -1 => null,
        not "redis" => "sync_rate can only be used with the redis policy",
        _ => rate < 0.02 ? "sync_rate must be greater than 0.02, or -1 to disable" : null,
    };
}
