using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Storage;

/// <summary>A plugin whose endpoints of the Admin API write what they are given, through what every plugin has; and which notes the changes it is told of.</summary>
internal sealed class EntityEndpointsPlugin : Plugin
{
    public override string Name => "entity-endpoints";

    public override int Priority => 1;

    public override string Version => "1.0.0";

    public List<string> Told { get; } = [];

    public override ImmutableArray<PluginEndpoint> AdminEndpoints =>
    [
        new("POST", "/test-entities", async (request, _) => Answer(await EntitiesOf(request).InsertAsync(request.Body!))),
        new("PATCH", "/test-entities", async (request, _) => Answer(await EntitiesOf(request).UpdateAsync(Id(request), request.Body!))),
        new("GET", "/test-entities", async (request, _) => Answer(await EntitiesOf(request).SelectAsync(Id(request)))),
        new("DELETE", "/test-entities", async (request, _) =>
            (await EntitiesOf(request).DeleteAsync(Id(request))).Error is { } error ? Answer(error) : new EndpointResponse(204)),
    ];

    public override PluginPhases ImplementedPhases => PluginPhases.None;

    public override ValueTask RunConfigureAsync(IReadOnlyList<object> configs) => ValueTask.CompletedTask;

    public override ValueTask RunAsync(Phase phase, RequestContext context, object config) => ValueTask.CompletedTask;

    public override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) => ValueTask.CompletedTask;

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        host.WorkerEvents.Register("crud", null, data =>
        {
            if (data is EntityChange change)
            {
                lock (Told)
                {
                    Told.Add($"{change.SchemaName}:{change.Operation}");
                }
            }
        });
        return ValueTask.CompletedTask;
    }

    static IEntityAccess<ValueMap> EntitiesOf(EndpointRequest request) => request.Host.Entities(request.Query["kind"].First!)!;

    static Guid Id(EndpointRequest request) => Guid.Parse(request.Query["id"].First!);

    static EndpointResponse Answer<T>(EntityResult<T> result) =>
        result.Error is { } error ? Answer(error)
        : result.Value is ValueMap entity ? EndpointResponse.Json(200, entity)
        : EndpointResponse.Message(404, "Not found");

    static EndpointResponse Answer(EntityError error) => EndpointResponse.Json(400, error.ToMap());
}
