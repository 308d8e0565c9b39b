using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Resources;

/// <summary><c>/upstreams/:upstreams/targets…</c>: targets live below their upstream only, and are found there by their address too.</summary>
internal sealed class TargetEndpoints(AdminEntities entities)
{
    private const string Path = "/upstreams/:upstreams/targets";

    private readonly TargetOperations _targets = (TargetOperations)entities["targets"];

    /// <summary>What reads, which the Status API of a node without a database has too.</summary>
    public IEnumerable<ApiEndpoint> Reading =>
    [
        ApiEndpoint.Get(Path, request => PageAsync(request, "targets", (upstream, query) => _targets.PageOfAsync(upstream, query, request.Cancellation))),
        ApiEndpoint.Get(Path + "/all", request => PageAsync(request, "targets/all", (upstream, query) => _targets.PageAsync(
            query with { ForeignField = "upstream", ForeignId = upstream }, request.Cancellation))),
        ApiEndpoint.Get(Path + "/:targets", request => WithAsync(request, static (_, target) => new ValueTask<ApiAnswer>(ApiAnswer.Entity(200, target)))),
    ];

    public IEnumerable<ApiEndpoint> All =>
    [
        .. Reading,
        ApiEndpoint.Of(
            Path + "/:targets",
            ("PATCH", request => WithAsync(request, (_, target) => ChangeAsync(request, target))),

            // A target cannot be made by PUT: its id and its address would both have to be the one in the path.
            ("PUT", request => WithAsync(request, (_, target) => ChangeAsync(request, target))),
            ("DELETE", request => WithAsync(request, async (_, target) =>
                EntityEndpoints.Deleted(await _targets.DeleteAsync(Meant(request, target), request.Cancellation))))),
    ];

    /// <summary>Answers for a target of an upstream, both as the path names them.</summary>
    public async ValueTask<ApiAnswer> WithAsync(ApiRequest request, Func<ValueMap, ValueMap, ValueTask<ApiAnswer>> answer)
    {
        (ValueMap? upstream, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, "upstreams", request);
        if (upstream is null)
        {
            return otherwise;
        }

        (ValueMap? target, EntityError? error) = await _targets.FindInAsync(
            EntityValues.IdOf(upstream), request.Parameter("targets"), request.Cancellation);
        return error is not null ? ApiAnswer.Error(error) : target is null ? ApiAnswer.NotFound() : await answer(upstream, target);
    }

    /// <summary>Answers with a page of an upstream's targets.</summary>
    public async ValueTask<ApiAnswer> PageAsync(
        ApiRequest request, string name, Func<Guid, EntityQuery, ValueTask<EntityResult<EntityPage<ValueMap>>>> read, Action<ValueMap>? complete = null)
    {
        (ValueMap? upstream, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, "upstreams", request);
        if (upstream is null)
        {
            return otherwise;
        }

        if (PageArguments.Read(request, _targets.Schema, out EntityQuery query) is { } fault)
        {
            return ApiAnswer.Error(fault);
        }

        (EntityPage<ValueMap>? page, EntityError? error) = await read(EntityValues.IdOf(upstream), query with { Tags = null });
        if (page is null)
        {
            return ApiAnswer.Error(error!);
        }

        ValueMap body = PageArguments.Body(page, $"/upstreams/{request.Sent("upstreams")}/{name}");
        complete?.Invoke(body);
        return ApiAnswer.Json(200, body);
    }

    private static EntityAddress Meant(ApiRequest request, ValueMap target) => EntityAddress.Of(EntityValues.IdOf(target)) with { IfMatch = request.IfMatch };

    private async ValueTask<ApiAnswer> ChangeAsync(ApiRequest request, ValueMap target) => EntityEndpoints.Show(
        await _targets.UpdateAsync(Meant(request, target), request.Arguments(_targets.Schema), request.Cancellation));
}
