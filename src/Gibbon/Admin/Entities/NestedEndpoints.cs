using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary><c>/services/:services/routes</c> and <c>/services/:services/routes/:routes</c>: the entities that refer to another one.</summary>
internal static class NestedEndpoints
{
    public static ApiEndpoint Collection(AdminEntities entities, ForeignField foreign)
    {
        EntityOperations children = entities[foreign.Entity];
        Schema parent = entities.Schemas.Find(foreign.Reference)!;
        return ApiEndpoint.Of(
            $"{EntityEndpoints.PathOf(parent)}/:{parent.Name}/{NameOf(children.Schema)}",
            ("GET", request => Within(entities, parent, request, async owner =>
            {
                if (PageArguments.Read(request, children.Schema, out EntityQuery query) is { } fault)
                {
                    return ApiAnswer.Error(fault);
                }

                query = query with { Tags = null, ForeignField = foreign.Field, ForeignId = EntityValues.IdOf(owner) };
                (EntityPage<ValueMap>? page, EntityError? error) = await children.PageAsync(query, request.Cancellation);
                return page is null
                    ? ApiAnswer.Error(error!)
                    : PageArguments.Answer(page, $"{EntityEndpoints.PathOf(parent)}/{request.Sent(parent.Name)}/{NameOf(children.Schema)}");
            })),
            ("POST", request => Within(entities, parent, request, async owner =>
            {
                ValueMap input = request.Arguments(children.Schema);
                input[foreign.Field] = EntityValues.ReferenceTo(owner);
                return EntityEndpoints.Show(await children.InsertAsync(input, request.Cancellation), 201);
            })));
    }

    public static ApiEndpoint One(AdminEntities entities, ForeignField foreign)
    {
        EntityOperations children = entities[foreign.Entity];
        Schema parent = entities.Schemas.Find(foreign.Reference)!;
        string? partner = PartnerOf(children.Schema, foreign.Field);
        return ApiEndpoint.Of(
            $"{EntityEndpoints.PathOf(parent)}/:{parent.Name}/{NameOf(children.Schema)}/:{children.Schema.Name}",
            ("GET", request => Within(entities, parent, request, owner => OfAsync(request, owner, static (child, _) => Answered(ApiAnswer.Entity(200, child))))),
            ("PUT", request => Within(entities, parent, request, owner => PutAsync(request, owner))),
            ("PATCH", request => Within(entities, parent, request, owner => OfAsync(request, owner, async (_, address) =>
            {
                ValueMap changes = request.Arguments(children.Schema);
                changes.TryAdd(foreign.Field, EntityValues.ReferenceTo(owner));
                return EntityEndpoints.Show(await children.UpdateAsync(address, changes, request.Cancellation));
            }))),
            ("DELETE", request => Within(entities, parent, request, owner => OfAsync(request, owner, async (_, address) =>
                EntityEndpoints.Deleted(await children.DeleteAsync(address, request.Cancellation))))));

        async ValueTask<ApiAnswer> OfAsync(ApiRequest request, ValueMap owner, Func<ValueMap, EntityAddress, ValueTask<ApiAnswer>> answer)
        {
            (EntityAddress address, ApiAnswer? invalid) = await AddressAsync(request, owner);
            if (invalid is not null)
            {
                return invalid;
            }

            (ValueMap? child, EntityError? error) = await children.SelectAsync(address, request.Cancellation);
            return error is not null ? ApiAnswer.Error(error)
                : child is null || EntityValues.Foreign(child, foreign.Field) != EntityValues.IdOf(owner) ? ApiAnswer.NotFound()
                : await answer(child, address);
        }

        async ValueTask<ApiAnswer> PutAsync(ApiRequest request, ValueMap owner)
        {
            (EntityAddress address, ApiAnswer? invalid) = await AddressAsync(request, owner);
            ValueMap input = request.Arguments(children.Schema);
            input[foreign.Field] = EntityValues.ReferenceTo(owner);
            if (partner is not null && !Guid.TryParseExact(request.Parameter(children.Schema.Name), "D", out _))
            {
                input.TryAdd(partner, request.Parameter(children.Schema.Name));
            }

            return invalid ?? EntityEndpoints.Show(await children.UpsertAsync(address, input, request.Cancellation));
        }

        async ValueTask<(EntityAddress Address, ApiAnswer? Invalid)> AddressAsync(ApiRequest request, ValueMap owner)
        {
            string text = request.Parameter(children.Schema.Name);
            if (partner is null || Guid.TryParseExact(text, "D", out _))
            {
                return EntityAddress.TryRead(children.Schema, text, out EntityAddress address, out EntityError? error)
                    ? (address with { IfMatch = request.IfMatch }, null)
                    : (default, ApiAnswer.Error(error));
            }

            EntityQuery query = new() { ForeignField = foreign.Field, ForeignId = EntityValues.IdOf(owner) };
            await foreach (object child in entities.EachAsync(children.Schema.Name, query, request.Cancellation))
            {
                ValueMap values = EntityValues.Of(child);
                if (values.GetString(partner) == text)
                {
                    return (EntityAddress.Of(EntityValues.IdOf(values)) with { IfMatch = request.IfMatch }, null);
                }
            }

            return (EntityAddress.Of(Guid.NewGuid()) with { IfMatch = request.IfMatch }, null);
        }
    }

    private static ValueTask<ApiAnswer> Answered(ApiAnswer answer) => new(answer);

    private static string NameOf(Schema child) => child.AdminApiNestedName ?? child.AdminApiName ?? child.Name;

    // An entity without a name of its own that is unique together with its parent is known by the rest of that key: the group of an acl.
    private static string? PartnerOf(Schema child, string foreign) =>
        child.EndpointKey is null && child.CacheKey is [var first, var second] && (first == foreign || second == foreign)
            ? first == foreign ? second : first
            : null;

    private static async ValueTask<ApiAnswer> Within(
        AdminEntities entities, Schema parent, ApiRequest request, Func<ValueMap, ValueTask<ApiAnswer>> answer)
    {
        (ValueMap? owner, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, parent.Name, request);
        return owner is null ? otherwise : await answer(owner);
    }
}
