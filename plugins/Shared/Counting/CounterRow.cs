using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>One number: what one client has used in one window.</summary>
/// <param name="Key">What is counted together.</param>
/// <param name="Period">The period.</param>
/// <param name="Start">When the window began, in seconds since 1970.</param>
readonly record struct CounterRow(CounterKey Key, Period Period, long Start)
{
    /// <summary>Its key in Redis: Kong's, so that nodes of both count together.</summary>
    /// <param name="prefix">What the plugin's keys begin with.</param>
    public string RedisKey(string prefix)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{Key.Route}:{Key.Service}:{Key.Identifier}:{Start * 1000}");
        return Key.Limit.Length == 0 ? $"{place}:{Period.Name()}" : $"{place}:{Key.Limit}:{Period.Name()}";
    }

    /// <summary>Its primary key in the database.</summary>
    public ValueMap PrimaryKey() => new()
    {
        ["identifier"] = Key.Identifier,
        ["period"] = Key.Limit.Length == 0 ? Period.Name() : $"{Key.Limit}_{Period.Name()}",
        ["period_date"] = Start,
        ["service_id"] = Key.Service.ToString(),
        ["route_id"] = Key.Route.ToString(),
    };
}
