using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Applying;

/// <summary>Finds stored entities by what they say, whatever their ids, times, and what was made up for them; each once.</summary>
internal sealed class SameContent
{
    private readonly Schema _schema;
    private readonly Dictionary<string, Queue<object>> _byContent = new(StringComparer.Ordinal);

    public SameContent(EntityTable table, Func<object, bool> isCandidate)
    {
        _schema = table.Schema;
        foreach (object entity in table.Ordered.Where(isCandidate))
        {
            string content = ContentOf(entity as ValueMap ?? Schema.Unbind(entity));
            if (!_byContent.TryGetValue(content, out Queue<object>? same))
            {
                _byContent.Add(content, same = []);
            }

            same.Enqueue(entity);
        }
    }

    public object? Find(ValueMap? values) =>
        values is not null && _byContent.TryGetValue(ContentOf(values), out Queue<object>? same) && same.TryDequeue(out object? entity) ? entity : null;

    private string ContentOf(ValueMap values)
    {
        ValueMap content = _schema.Select(values, keepNulls: false);
        foreach (Field field in _schema.Fields)
        {
            if (field.Auto || field.Transient)
            {
                content.Remove(field.Name);
            }
        }

        content.Remove("ttl");
        return CanonicalText.Hash(content);
    }
}
