using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>How specific a configuration's scope is: the lowest number wins. Kong's eight levels with those of consumer groups between them.</summary>
internal static class PluginScopeRank
{
    public const int Global = 12;

    public static int Of(PluginInstance instance) =>
        (instance.ConsumerId is not null, instance.ConsumerGroupId is not null, instance.RouteId is not null, instance.ServiceId is not null) switch
        {
            (true, _, true, true) => 1,
            (false, true, true, true) => 2,
            (true, _, true, false) => 3,
            (true, _, false, true) => 4,
            (false, true, true, false) => 5,
            (false, true, false, true) => 6,
            (false, false, true, true) => 7,
            (true, _, false, false) => 8,
            (false, true, false, false) => 9,
            (false, false, true, false) => 10,
            (false, false, false, true) => 11,
            _ => Global,
        };
}
