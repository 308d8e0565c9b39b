using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Resources;

/// <summary><c>/tags</c> and <c>/tags/:tags</c>: which entities have which tags, kind by kind.</summary>
internal sealed class TagEndpoints(AdminEntities entities)
{
    // A request reads so many pages of entities at most; then it says where to go on, though its own page may not be full.
    private const int MostPages = 20;

    private readonly Schema[] _kinds = [.. entities.Schemas.All.Where(static schema => schema.Find("tags") is not null && schema.GenerateAdminApi)];

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Of("/tags", ("GET", request => ListAsync(request, null, "/tags"))),
        ApiEndpoint.Of("/tags/:tags", ("GET", request => ListOfAsync(request, request.Parameter("tags")))),
    ];

    private ValueTask<ApiAnswer> ListOfAsync(ApiRequest request, string tag) =>
        tag.AsSpan().ContainsAny(",/") || tag.Any(static letter => letter is < ' ' or '\u007f')
            ? new ValueTask<ApiAnswer>(ApiAnswer.Error(EntityErrors.InvalidUnique(
                "tag", $"invalid tag '{tag}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences")))
            : ListAsync(request, tag, "/tags/" + request.Sent("tags"));

    private async ValueTask<ApiAnswer> ListAsync(ApiRequest request, string? tag, string path)
    {
        if (PageArguments.Read(request, entities.Schemas.Find("tags")!, out EntityQuery query) is { } fault)
        {
            return ApiAnswer.Error(fault);
        }

        if (!TagPlace.TryRead(query.Offset, out TagPlace place, out string? reason))
        {
            return ApiAnswer.Error(EntityErrors.InvalidOffset(query.Offset!, reason));
        }

        List<ValueMap> rows = [];
        TagPlace? next = place;
        for (int pages = 0; next is { } at && rows.Count < query.Size && pages < MostPages; pages++)
        {
            if (at.Kind >= _kinds.Length)
            {
                next = null;
                break;
            }

            (EntityPage<object>? page, EntityError? error) = await entities.Store.PageAsync(
                _kinds[at.Kind],
                new EntityQuery { Size = query.Size, Offset = at.Offset, Tags = tag is null ? null : [tag] },
                request.Cancellation);
            if (page is null)
            {
                return ApiAnswer.Error(error!);
            }

            ValueMap[] found = [.. page.Entities.SelectMany(entity => RowsOf(_kinds[at.Kind], EntityValues.Of(entity), tag)).Skip(at.Skip)];
            int taken = Math.Min(found.Length, query.Size - rows.Count);
            rows.AddRange(found[..taken]);
            next = taken < found.Length ? at with { Skip = at.Skip + taken } : at.After(page.NextOffset);
        }

        if (next is { } end && end.Kind >= _kinds.Length)
        {
            next = null;
        }

        // Only of the list of all tags does the address of the next page say how large pages are, as in Kong.
        return PageArguments.Answer(new EntityPage<ValueMap>(rows, next?.ToString()), path, tag is null ? PageArguments.Repeated(request) : "");
    }

    private static IEnumerable<ValueMap> RowsOf(Schema kind, ValueMap entity, string? tag) =>
        from present in entity.GetList("tags") ?? []
        where tag is null || (present as string) == tag
        select new ValueMap { ["entity_name"] = kind.Name, ["entity_id"] = entity.Get("id"), ["tag"] = present };
}
