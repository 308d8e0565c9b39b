using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>Which consumers are in which groups, seen from either side: <c>consumer</c> or <c>consumer_group</c> of a membership.</summary>
internal sealed class Memberships(AdminEntities entities)
{
    private const string Kind = "consumer_group_consumers";

    private EntityOperations Operations => entities[Kind];

    public Schema Schema => Operations.Schema;

    /// <summary>A page of those on the other side.</summary>
    public async ValueTask<EntityResult<EntityPage<ValueMap>>> PageAsync(EntityQuery query, CancellationToken cancellation)
    {
        (EntityPage<ValueMap>? page, EntityError? error) = await Operations.PageAsync(query, cancellation);
        return page is null
            ? error!
            : new EntityPage<ValueMap>(await OthersAsync(page.Entities, query.ForeignField!, cancellation), page.NextOffset);
    }

    /// <summary>All those on the other side.</summary>
    public async ValueTask<List<ValueMap>> AllAsync(string field, Guid id, CancellationToken cancellation) =>
        await OthersAsync(await OfAsync(field, id, cancellation), field, cancellation);

    public async ValueTask<bool> IsThereAsync(string field, Guid id, Guid other, CancellationToken cancellation) =>
        (await OfAsync(field, id, cancellation)).Exists(membership => EntityValues.Foreign(membership, OtherOf(field)) == other);

    /// <summary>Makes a membership, unless it is there.</summary>
    public async ValueTask<EntityError?> AddAsync(string field, Guid id, Guid other, CancellationToken cancellation)
    {
        ValueMap membership = new()
        {
            [field] = new ValueMap { ["id"] = id.ToString() },
            [OtherOf(field)] = new ValueMap { ["id"] = other.ToString() },
        };
        EntityError? error = (await Operations.InsertAsync(membership, cancellation)).Error;
        return error is { Code: EntityErrorCode.UniqueViolation } ? null : error;
    }

    /// <summary>Ends memberships: the one with another, or all.</summary>
    public async ValueTask<EntityError?> RemoveAsync(string field, Guid id, Guid? other, CancellationToken cancellation)
    {
        foreach (ValueMap membership in await OfAsync(field, id, cancellation))
        {
            if (other is null || EntityValues.Foreign(membership, OtherOf(field)) == other)
            {
                if ((await Operations.DeleteAsync(EntityAddress.Of(EntityValues.IdOf(membership)), cancellation)).Error is { } error)
                {
                    return error;
                }
            }
        }

        return null;
    }

    private static string OtherOf(string field) => field == "consumer" ? "consumer_group" : "consumer";

    private async ValueTask<List<ValueMap>> OfAsync(string field, Guid id, CancellationToken cancellation)
    {
        List<ValueMap> found = [];
        await foreach (object membership in entities.EachAsync(Kind, new EntityQuery { ForeignField = field, ForeignId = id }, cancellation))
        {
            found.Add(EntityValues.Of(membership));
        }

        return found;
    }

    private async ValueTask<List<ValueMap>> OthersAsync(IEnumerable<ValueMap> memberships, string field, CancellationToken cancellation)
    {
        string other = OtherOf(field);
        List<ValueMap> found = [];
        foreach (ValueMap membership in memberships)
        {
            Guid id = EntityValues.Foreign(membership, other) ?? Guid.Empty;
            if ((await entities[other + "s"].SelectAsync(EntityAddress.Of(id), cancellation)).Value is { } entity)
            {
                found.Add(entity);
            }
        }

        return found;
    }
}
