using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>Targets: found within their upstream, listed newest first, and of those with one address only the newest.</summary>
internal sealed class TargetOperations(AdminEntities entities, Schema schema) : EntityOperations(entities, schema)
{
    public override async ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation)
    {
        if (input.GetString("target") is { } address)
        {
            if (Target.NormalizeAddress(address) is not { } normal)
            {
                return EntityErrors.SchemaViolation(new SchemaErrors("target", "Invalid target; not a valid hostname or ip address"));
            }

            input["target"] = normal;
        }

        return await base.InsertAsync(input, cancellation);
    }

    /// <summary>A page of an upstream's targets; the mark of a page is a number.</summary>
    public async ValueTask<EntityResult<EntityPage<ValueMap>>> PageOfAsync(Guid upstream, EntityQuery query, CancellationToken cancellation)
    {
        int start = 0;
        if (query.Offset is { } offset && !int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out start))
        {
            return EntityErrors.InvalidOffset(offset, "bad offset");
        }

        List<ValueMap> all = await NewestOfAsync(upstream, cancellation);
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<ValueMap> active = [.. all.Where(target => seen.Add(target.GetString("target")!))];
        int end = (int)Math.Min(active.Count, (long)start + query.Size);
        string? next = end < active.Count ? end.ToString(CultureInfo.InvariantCulture) : null;
        return new EntityPage<ValueMap>(start < end ? active[start..end] : [], next);
    }

    /// <summary>A target of an upstream, by its id or its address; null when there is none.</summary>
    public async ValueTask<EntityResult<ValueMap?>> FindInAsync(Guid upstream, string text, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(text, "D", out Guid id))
        {
            return (await NewestOfAsync(upstream, cancellation)).Find(target => target.GetString("target") == text);
        }

        EntityResult<ValueMap?> found = await SelectAsync(EntityAddress.Of(id), cancellation);
        return found is { IsOk: true, Value: { } target } && EntityValues.Foreign(target, "upstream") != upstream ? (ValueMap?)null : found;
    }

    private async ValueTask<List<ValueMap>> NewestOfAsync(Guid upstream, CancellationToken cancellation)
    {
        List<ValueMap> targets = [];
        EntityQuery query = new() { ForeignField = "upstream", ForeignId = upstream };
        await foreach (object target in Entities.EachAsync(Schema.Name, query, cancellation))
        {
            targets.Add(Show(EntityValues.Of(target)));
        }

        targets.Sort(static (one, other) => Created(one).CompareTo(Created(other)) is var order and not 0
            ? -order
            : -string.CompareOrdinal(one.GetString("id"), other.GetString("id")));
        return targets;
    }

    private static double Created(ValueMap target) => Convert.ToDouble(target.Get("created_at"), CultureInfo.InvariantCulture);
}
