using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Resources;

/// <summary><c>/cache</c> and <c>/cache/:key</c>: what this node has cached, and forgetting it.</summary>
internal sealed class CacheEndpoints(INodeCache cache, EntitySchemas schemas)
{
    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Of("/cache", ("DELETE", _ =>
        {
            cache.Purge();
            return new ValueTask<ApiAnswer>(ApiAnswer.NoContent());
        })),
        ApiEndpoint.Of(
            "/cache/:key",
            ("GET", request => new ValueTask<ApiAnswer>(Show(request))),
            ("DELETE", request =>
            {
                cache.InvalidateLocal(request.Parameter("key"));
                return new ValueTask<ApiAnswer>(ApiAnswer.NoContent());
            })),
    ];

    private ApiAnswer Show(ApiRequest request) =>
        cache.Probe(request.Parameter("key"), out object? value, out _) ? ApiAnswer.Json(200, Shown(value)) : ApiAnswer.NotFound();

    private ValueMap Shown(object? value) => value switch
    {
        null => [],
        ValueMap map => map,
        string or bool or long or double => new ValueMap { ["message"] = value },
        _ when schemas.Find(value.GetType()) is { } schema => schema.Select(Schema.Unbind(value)),

        // What plugins keep for themselves has no form that others could read.
        _ => new ValueMap { ["message"] = value.GetType().Name },
    };
}
