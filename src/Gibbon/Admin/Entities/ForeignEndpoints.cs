using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary><c>/routes/:routes/service</c>: the entity that another one refers to.</summary>
internal static class ForeignEndpoints
{
    public static ApiEndpoint Of(AdminEntities entities, ForeignField foreign)
    {
        EntityOperations owners = entities[foreign.Entity];
        EntityOperations referred = entities[foreign.Reference];
        return ApiEndpoint.Of(
            $"{EntityEndpoints.PathOf(owners.Schema)}/:{foreign.Entity}/{foreign.Field}",
            ("GET", request => At(request, async (_, id) =>
            {
                (ValueMap? entity, EntityError? error) = id is null ? default : await referred.SelectAsync(EntityAddress.Of(id.Value), request.Cancellation);
                return error is not null ? ApiAnswer.Error(error) : entity is null ? ApiAnswer.NotFound() : ApiAnswer.Entity(200, entity);
            })),
            ("PUT", request => At(request, (owner, id) => PutAsync(request, owner, id))),
            ("PATCH", request => At(request, async (_, id) => id is null
                ? ApiAnswer.NotFound()
                : EntityEndpoints.Show(
                    await referred.UpdateAsync(EntityAddress.Of(id.Value) with { IfMatch = request.IfMatch }, request.Arguments(referred.Schema), request.Cancellation)))),
            ("DELETE", request => At(request, static (_, id) => new ValueTask<ApiAnswer>(
                id is null ? ApiAnswer.NotFound() : ApiAnswer.Message(405, "Method not allowed")))));

        async ValueTask<ApiAnswer> At(ApiRequest request, Func<ValueMap, Guid?, ValueTask<ApiAnswer>> answer)
        {
            (ValueMap? owner, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, foreign.Entity, request);
            return owner is null ? otherwise : await answer(owner, EntityValues.Foreign(owner, foreign.Field));
        }

        // Where nothing is referred to, the new entity is what is from now on.
        async ValueTask<ApiAnswer> PutAsync(ApiRequest request, ValueMap owner, Guid? id)
        {
            EntityAddress address = EntityAddress.Of(id ?? Guid.NewGuid()) with { IfMatch = request.IfMatch };
            EntityResult<ValueMap> put = await referred.UpsertAsync(address, request.Arguments(referred.Schema), request.Cancellation);
            if (put.IsOk && id is null)
            {
                ValueMap link = new() { [foreign.Field] = EntityValues.ReferenceTo(put.Value!) };
                EntityResult<ValueMap> linked = await owners.UpdateAsync(EntityAddress.Of(EntityValues.IdOf(owner)), link, request.Cancellation);
                if (!linked.IsOk)
                {
                    return ApiAnswer.Error(linked.Error);
                }
            }

            return EntityEndpoints.Show(put);
        }
    }
}
