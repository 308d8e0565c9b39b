namespace Gibbon.Admin.Resources;

/// <summary>Endpoints that would follow from schemas but that Kong has turned off: whatever the method, they are not found.</summary>
internal static class DisabledEndpoints
{
    private static readonly string[] Paths = ["/snis/:snis/certificate", "/targets", "/targets/:targets", "/targets/:targets/upstream"];

    private static readonly string[] Filters =
    [
        "/filter-chains", "/filter-chains/:filter_chains", "/filter-chains/:filter_chains/route", "/filter-chains/:filter_chains/service",
        "/routes/:routes/filter-chains", "/routes/:routes/filter-chains/:filter_chains",
        "/services/:services/filter-chains", "/services/:services/filter-chains/:filter_chains",
    ];

    private static readonly string[] Lists = ["/routes/:routes/filters/all", "/routes/:routes/filters/disabled", "/routes/:routes/filters/enabled"];

    public static IEnumerable<ApiEndpoint> All() =>
    [
        .. Paths.Select(static path => ApiEndpoint.Of(path) with { Before = static _ => new ValueTask<ApiAnswer?>(ApiAnswer.NotFound()) }),
        .. Filters.Select(static path => ApiEndpoint.Of(path) with { Before = static _ => new ValueTask<ApiAnswer?>(WithoutFilters()) }),
        .. Lists.Select(static path => ApiEndpoint.Get(path, static _ => WithoutFilters())),
    ];

    private static ApiAnswer WithoutFilters() => ApiAnswer.Message(400, "this endpoint is only available when wasm is enabled");
}
