using Gibbon.Pdk.Schemas;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Reads the first document of a YAML text into the value model, straight from the parser's events. Scalars mean what they mean to Kong's own
/// reader (<see cref="YamlScalars"/>); anchors, aliases and merge keys work; aliases are copied, so that no two places share a map, up to a
/// limit that a text written to explode runs into.
/// </summary>
internal sealed class YamlReader
{
    const int MaxDepth = 1000;
    const int MaxAliasedValues = 10_000_000;

    readonly string text;
    readonly YamlEvents events;
    readonly StringPool strings = new();
    readonly Dictionary<string, object?> anchors = new(StringComparer.Ordinal);
    Mark position = Mark.Empty;
    int aliasedValues;
    int flowDepth;
    int depth;

    YamlReader(string text, YamlEvents events)
    {
        this.text = text;
        this.events = events;
    }

    /// <summary>Reads the text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="value">The first document; null too when the text holds none.</param>
    /// <param name="error">What is wrong and where: <c>line:column: problem</c>, both from 1, as Kong says it.</param>
    /// <returns>Whether there is a document, with an error or a value; <c>false</c> and no error when the text is empty.</returns>
    public static bool TryRead(string text, out object? value, out string? error)
    {
        using var events = new YamlEvents(text);
        var reader = new YamlReader(text, events);
        (value, error) = (null, null);
        try
        {
            reader.Advance();
            if (!reader.Advance() || reader.events.Current is StreamEnd)
            {
                return false;
            }
            reader.Advance();
            value = reader.ReadNode();
            return true;
        }
        catch (YamlException failure)
        {
            error = reader.Position() + YamlProblem.TextOf(failure);
            return false;
        }
        catch (YamlContentException failure)
        {
            error = reader.Position() + failure.Message;
            return false;
        }
    }

    /// <summary>Where the last event began that could be read: the place Kong names.</summary>
    string Position() => $"{position.Line}:{position.Column}: ";

    /// <summary>Goes to the next event. Kong's reader refuses tabs before anything in block style, ours does not.</summary>
    bool Advance()
    {
        if (!events.MoveNext())
        {
            return false;
        }
        var current = events.Current!;
        if (flowDepth == 0 && current is NodeEvent && IsIndentedByTab((int)current.Start.Index))
        {
            throw new YamlContentException(YamlProblem.CannotStartToken);
        }
        position = current is DocumentStart { IsImplicit: true } ? position : current.Start;
        return true;
    }

    bool IsIndentedByTab(int index)
    {
        var hasTab = false;
        while (--index >= 0 && text[index] is ' ' or '\t')
        {
            hasTab |= text[index] == '\t';
        }
        return hasTab && (index < 0 || text[index] == '\n');
    }

    /// <summary>Reads the node at the current event and leaves the events behind it.</summary>
    object? ReadNode()
    {
        switch (events.Current)
        {
            case Scalar scalar:
                var value = ReadScalar(scalar);
                Keep(scalar.Anchor, value);
                Advance();
                return value;
            case SequenceStart start:
                return ReadSequence(start);
            case MappingStart start:
                return ReadMapping(start);
            case AnchorAlias alias:
                var copy = CopyOf(alias);
                Advance();
                return copy;
            default:
                throw new YamlContentException($"invalid event: {events.Current?.GetType().Name}");
        }
    }

    object? ReadScalar(Scalar scalar)
    {
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && YamlScalars.TryResolveTagged(scalar.Tag.Value, scalar.Value, out var tagged))
        {
            return tagged is YamlScalars.Invalid
                ? throw new YamlContentException($"invalid '{scalar.Tag.Value}' value: '{scalar.Value}'")
                : tagged;
        }
        return scalar.Style == ScalarStyle.Plain ? YamlScalars.Resolve(scalar.Value, strings) : strings.Share(scalar.Value);
    }

    ValueList ReadSequence(SequenceStart start)
    {
        Enter();
        var list = new ValueList();
        Keep(start.Anchor, list);
        flowDepth += start.Style == SequenceStyle.Flow ? 1 : 0;
        Advance();
        while (events.Current is not SequenceEnd)
        {
            list.Add(ReadNode());
        }
        flowDepth -= start.Style == SequenceStyle.Flow ? 1 : 0;
        Advance();
        depth--;
        return list;
    }

    ValueMap ReadMapping(MappingStart start)
    {
        Enter();
        var map = new ValueMap();
        Keep(start.Anchor, map);
        flowDepth += start.Style == MappingStyle.Flow ? 1 : 0;
        Advance();
        while (events.Current is not MappingEnd)
        {
            if (events.Current is Scalar { Value: "<<" })
            {
                Advance();
                Merge(map);
                continue;
            }
            var key = ReadKey();
            map[key] = ReadNode();
        }
        flowDepth -= start.Style == MappingStyle.Flow ? 1 : 0;
        Advance();
        depth--;
        return map;
    }

    string ReadKey()
    {
        if (events.Current is Scalar scalar)
        {
            var key = strings.Share(scalar.Value);
            Keep(scalar.Anchor, key);
            Advance();
            return key;
        }
        return ReadNode() as string ?? throw new YamlContentException("invalid mapping key: expected a scalar");
    }

    /// <summary>What a mapping says itself, so far, wins over what it merges in.</summary>
    void Merge(ValueMap map)
    {
        switch (ReadNode())
        {
            case ValueMap other:
                AddMissing(map, other);
                break;
            case ValueList list:
                for (var i = 0; i < list.Count; i++)
                {
                    AddMissing(map, list[i] as ValueMap ?? throw new YamlContentException($"invalid '<<' sequence element {i + 1}: {Value.ToText(list[i])}"));
                }
                break;
            case var other:
                throw new YamlContentException($"invalid '<<' merge event: {Value.ToText(other)}");
        }
    }

    static void AddMissing(ValueMap map, ValueMap other)
    {
        foreach (var (key, value) in other)
        {
            map.TryAdd(key, value);
        }
    }

    void Keep(AnchorName anchor, object? value)
    {
        if (!anchor.IsEmpty)
        {
            anchors[anchor.Value] = value;
        }
    }

    object? CopyOf(AnchorAlias alias) => anchors.TryGetValue(alias.Value.Value, out var value)
        ? Copy(value, depth)
        : throw new YamlContentException($"invalid reference: {alias.Value.Value}");

    object? Copy(object? value, int level)
    {
        if (++aliasedValues > MaxAliasedValues || level > MaxDepth)
        {
            throw new YamlContentException("the aliases of the document expand to too many values");
        }
        switch (value)
        {
            case ValueMap map:
                var copy = new ValueMap(map.Count);
                foreach (var (key, item) in map)
                {
                    copy.Add(key, Copy(item, level + 1));
                }
                return copy;
            case ValueList list:
                var items = new ValueList(list.Count);
                for (var i = 0; i < list.Count; i++)
                {
                    items.Add(Copy(list[i], level + 1));
                }
                return items;
            default:
                return value;
        }
    }

    void Enter()
    {
        if (++depth > MaxDepth)
        {
            throw new YamlContentException($"the document is nested more than {MaxDepth} levels deep");
        }
    }
}

/// <summary>A text that is YAML but cannot be read into the value model; caught within the reader.</summary>
internal sealed class YamlContentException(string message) : Exception(message);
