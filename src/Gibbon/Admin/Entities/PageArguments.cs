using System.Globalization;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>What a query says about the page that is wanted: <c>size</c>, <c>offset</c>, <c>tags</c>.</summary>
internal static class PageArguments
{
    private const int DefaultSize = 100;
    private const int MostTags = 5;

    /// <returns>What is wrong; null when all is well.</returns>
    public static EntityError? Read(ApiRequest request, Schema schema, out EntityQuery query)
    {
        query = new EntityQuery { Size = DefaultSize, Offset = request.QueryText("offset") };
        if (schema.Find("tags") is not null && request.QueryText("tags") is { } filter)
        {
            if (TagFault(filter, out string[] tags, out bool any) is { } fault)
            {
                return EntityErrors.InvalidOptions(new ValueMap { ["tags"] = fault });
            }

            query = query with { Tags = tags, AnyTag = any };
        }

        if (request.QueryText("size") is not { } text)
        {
            return null;
        }

        object? given = FormTypes.Number(text);
        if (given is null)
        {
            return EntityErrors.InvalidSize("size must be a number");
        }

        double size = Convert.ToDouble(given, CultureInfo.InvariantCulture);
        if (size is not (>= 1 and <= 1000) || size != Math.Floor(size))
        {
            return EntityErrors.InvalidSize("size must be an integer between 1 and 1000");
        }

        query = query with { Size = (int)size };
        return null;
    }

    /// <summary>What of the query also stands in the address of the next page of a kind.</summary>
    public static string Repeated(ApiRequest request) => Repeated(request, "tags") + Repeated(request, "size");

    /// <summary>A page as answers show it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="path">Where the next one is, up to the query.</param>
    /// <param name="suffix">What else stands in its query.</param>
    public static ApiAnswer Answer(EntityPage<ValueMap> page, string path, string suffix = "") => ApiAnswer.Json(200, Body(page, path, suffix));

    public static ValueMap Body(EntityPage<ValueMap> page, string path, string suffix = "")
    {
        ValueMap body = new()
        {
            ["data"] = new ValueList(page.Entities),
            ["next"] = page.NextOffset is { } next ? $"{path}?offset={Uri.EscapeDataString(next)}{suffix}" : null,
        };
        if (page.NextOffset is not null)
        {
            body["offset"] = page.NextOffset;
        }

        return body;
    }

    private static string Repeated(ApiRequest request, string name) =>
        request.QueryText(name) is { } text ? $"&{name}={Uri.EscapeDataString(text)}" : "";

    // "a,b" is both of them, "a/b" either; one kind of mark at a time, and nothing empty but at the end.
    private static string? TagFault(string filter, out string[] tags, out bool any)
    {
        any = filter.Contains('/', StringComparison.Ordinal);
        tags = filter.Split(any ? '/' : ',');
        if (filter.Length == 0)
        {
            return "cannot be null";
        }

        bool isBroken = (any && filter.Contains(',', StringComparison.Ordinal))
            || tags.AsSpan(0, tags.Length - 1).Contains("")
            || filter.Any(static letter => letter is < ' ' or '\u007f');
        return isBroken ? "invalid filter syntax" : tags.Length > MostTags ? "cannot query more than 5 tags" : null;
    }
}
