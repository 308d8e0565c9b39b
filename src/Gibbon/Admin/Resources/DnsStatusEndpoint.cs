using Gibbon.Dns;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary><c>/status/dns</c>: what the resolver has done. As in Kong only the newer client (<c>new_dns_client</c>) counts.</summary>
internal static class DnsStatusEndpoint
{
    public static ApiEndpoint Of(Resolver resolver) => ApiEndpoint.Get("/status/dns", _ =>
    {
        if (resolver.Statistics is not { } statistics)
        {
            return ApiAnswer.Message(501, "not implemented with the legacy DNS client");
        }

        var stats = new ValueMap();
        foreach ((string name, IReadOnlyDictionary<string, long> counts) in statistics)
        {
            var of = new ValueMap();
            foreach ((string what, long count) in counts)
            {
                of[what] = count;
            }

            stats[name] = of;
        }

        return ApiAnswer.Json(200, new ValueMap
        {
            ["worker"] = new ValueMap { ["id"] = 0L, ["count"] = 1L },
            ["stats"] = stats,
        });
    });
}
