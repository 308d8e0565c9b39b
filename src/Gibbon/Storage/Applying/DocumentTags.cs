using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Applying;

/// <summary>The tags that select a part of the configuration: named beside a document or in it, as in decK's files.</summary>
internal static class DocumentTags
{
    private const string Info = "_info";
    private const string Member = "select_tags";

    /// <summary>Takes <c>_info: {select_tags: […]}</c> out of a document.</summary>
    /// <returns>All tags, or what is wrong with those of the document.</returns>
    public static (IReadOnlyList<string> Tags, string? Fault) Take(ValueMap document, IReadOnlyList<string> others)
    {
        if (!document.Remove(Info, out object? info) || info is null)
        {
            return (others, null);
        }

        if (info is not ValueMap map)
        {
            return ([], $"{Info}: expected a record");
        }

        if (map.Keys.FirstOrDefault(static name => name != Member) is { } unknown)
        {
            return ([], $"{Info}.{unknown}: unknown field");
        }

        object? tags = map.Get(Member);
        return tags is null ? (others, null)
            : tags is ValueList list && list.TrueForAll(static tag => tag is string { Length: > 0 }) ? ([.. others.Union(list.OfType<string>(), StringComparer.Ordinal)], null)
            : ([], $"{Info}.{Member}: expected an array of tags");
    }

    /// <summary>Gives the entities of a document the tags, where they can have any.</summary>
    public static void Add(IReadOnlyList<string> tags, Dictionary<string, List<DeclarativeItem>> items)
    {
        foreach (DeclarativeItem item in tags.Count == 0 ? [] : items.Values.SelectMany(static list => list).Where(static item => Selection.HasOwnTags(item.Schema)))
        {
            // What is no list of tags is told by the schema.
            if (item.Source.Get("tags") is null or ValueList)
            {
                item.Source["tags"] = new ValueList((item.Source.GetList("tags") ?? []).Union(tags));
            }
        }
    }
}
