using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>
/// The endpoints that follow from schemas: <c>/services</c>, <c>/services/:services</c>, and for every reference between two kinds
/// <c>/routes/:routes/service</c>, <c>/services/:services/routes</c> and <c>/services/:services/routes/:routes</c>.
/// </summary>
internal static class EntityEndpoints
{
    public static IEnumerable<ApiEndpoint> All(AdminEntities entities) =>
        entities.Schemas.All.Where(static schema => schema.GenerateAdminApi).SelectMany(schema => Of(entities, schema));

    /// <summary>What a collection is called in paths.</summary>
    public static string PathOf(Schema schema) => "/" + (schema.AdminApiName ?? schema.Name);

    /// <summary>The entity that a part of the path names.</summary>
    /// <returns>The entity, or an answer that says why there is none.</returns>
    public static async ValueTask<(ValueMap? Entity, ApiAnswer Otherwise)> FindAsync(AdminEntities entities, string kind, ApiRequest request)
    {
        EntityOperations operations = entities[kind];
        if (!EntityAddress.TryRead(operations.Schema, request.Parameter(kind), out EntityAddress address, out EntityError? error))
        {
            return (null, ApiAnswer.Error(error));
        }

        (ValueMap? entity, EntityError? failure) = await operations.SelectAsync(address, request.Cancellation);
        return (entity, failure is not null ? ApiAnswer.Error(failure) : ApiAnswer.NotFound());
    }

    /// <summary>The answer that shows an entity.</summary>
    public static ApiAnswer Show(EntityResult<ValueMap> result, int status = 200) =>
        result.IsOk ? ApiAnswer.Entity(status, result.Value!) : ApiAnswer.Error(result.Error);

    public static async ValueTask<ApiAnswer> ListAsync(EntityOperations operations, ApiRequest request)
    {
        if (PageArguments.Read(request, operations.Schema, out EntityQuery query) is { } fault)
        {
            return ApiAnswer.Error(fault);
        }

        (EntityPage<ValueMap>? page, EntityError? error) = await operations.PageAsync(query, request.Cancellation);
        return page is null ? ApiAnswer.Error(error!) : PageArguments.Answer(page, PathOf(operations.Schema), PageArguments.Repeated(request));
    }

    private static IEnumerable<ApiEndpoint> Of(AdminEntities entities, Schema schema)
    {
        EntityOperations operations = entities[schema.Name];
        yield return ApiEndpoint.Of(
            PathOf(schema),
            ("GET", request => ListAsync(operations, request)),
            ("POST", async request => Show(await operations.InsertAsync(request.Arguments(schema), request.Cancellation), 201)));
        yield return One(operations);
        foreach (ForeignField foreign in entities.Schemas.ForeignFields(schema.Name))
        {
            if (schema.Find(foreign.Field)!.GenerateAdminApi)
            {
                yield return ForeignEndpoints.Of(entities, foreign);
                yield return NestedEndpoints.Collection(entities, foreign);
                yield return NestedEndpoints.One(entities, foreign);
            }
        }
    }

    private static ApiEndpoint One(EntityOperations operations)
    {
        Schema schema = operations.Schema;
        return ApiEndpoint.Of(
            $"{PathOf(schema)}/:{schema.Name}",
            ("GET", request => At(request, async address =>
            {
                (ValueMap? entity, EntityError? error) = await operations.SelectAsync(address, request.Cancellation);
                return error is not null ? ApiAnswer.Error(error) : entity is null ? ApiAnswer.NotFound() : ApiAnswer.Entity(200, entity);
            })),
            ("PUT", request => At(request, async address => Show(await operations.UpsertAsync(address, request.Arguments(schema), request.Cancellation)))),
            ("PATCH", request => At(request, async address => Show(await operations.UpdateAsync(address, request.Arguments(schema), request.Cancellation)))),
            ("DELETE", request => At(request, async address => Deleted(await operations.DeleteAsync(address, request.Cancellation)))));

        ValueTask<ApiAnswer> At(ApiRequest request, Func<EntityAddress, ValueTask<ApiAnswer>> answer) =>
            EntityAddress.TryRead(schema, request.Parameter(schema.Name), out EntityAddress address, out EntityError? error)
                ? answer(address with { IfMatch = request.IfMatch })
                : new ValueTask<ApiAnswer>(ApiAnswer.Error(error));
    }

    public static ApiAnswer Deleted(EntityResult<bool> result) => result.IsOk ? ApiAnswer.NoContent() : ApiAnswer.Error(result.Error);
}
