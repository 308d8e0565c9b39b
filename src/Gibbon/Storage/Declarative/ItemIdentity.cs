using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Gives entities ids. Where Kong derives one from a key, the same one; where Kong makes a random one on every load, one that
/// nobody can guess but that stays as long as the process runs and the entity says the same, so that a reload changes nothing that did not change.
/// </summary>
internal sealed class ItemIdentity
{
    static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    readonly Dictionary<string, DeterministicId> spaces = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, int> equals = [];
    readonly ArrayBufferWriter<byte> content = new();
    readonly StringBuilder builder = new();

    // From here on it pays to ask the other cores.
    const int Many = 1000;

    /// <summary>Identifies on all processors those of many items of a kind whose ids follow from their names alone; one that is identified is not again.</summary>
    public void IdentifyAhead(Schema schema, IReadOnlyList<DeclarativeItem?> items)
    {
        if (items.Count < Many || schema.PrimaryKey[0] != "id" || schema.CacheKey.Length > 0 || schema.EndpointKey is not { } name || schema.Find(name) is not { Unique: true })
        {
            return;
        }
        // Made now, it is only read by all of them.
        _ = SpaceOf(schema);
        Parallel.For(0, items.Count, at =>
        {
            if (items[at] is { } item && item.Source.Get("id") is null && item.Source.GetString(name) is not null)
            {
                Identify(item);
            }
        });
    }

    /// <summary>Finds or makes the primary key of an item whose parent already has one, and its endpoint key.</summary>
    public void Identify(DeclarativeItem item)
    {
        if (item.HasMadeId)
        {
            return;
        }
        var (schema, source) = (item.Schema, item.Source);
        item.Key = schema.EndpointKey is { } name && schema.Find(name) is { Unique: true } ? source.GetString(name) : null;
        var primaryKey = schema.PrimaryKey[0];
        if (source.Get(primaryKey) is { } given)
        {
            item.Id = Value.ToText(given);
        }
        else if (primaryKey == "id")
        {
            var key = KeyOf(item);
            item.HasMadeId = key is not null;
            item.Id = (key is null ? LastingId(item) : SpaceOf(schema).Of(key)).ToString();
        }
    }

    DeterministicId SpaceOf(Schema schema)
    {
        if (!spaces.TryGetValue(schema.Name, out var space))
        {
            spaces.Add(schema.Name, space = new DeterministicId(schema.Name));
        }
        return space;
    }

    string? KeyOf(DeclarativeItem item)
    {
        var schema = item.Schema;
        if (schema.CacheKey.Length > 0)
        {
            return CacheKeyOf(item);
        }
        if (schema.EndpointKey is not { } name || item.Source.GetString(name) is not { } key || schema.Find(name) is not { } field)
        {
            return null;
        }
        return field.Unique is true ? key : KeyBelowParent(item, field, key);
    }

    string? CacheKeyOf(DeclarativeItem item)
    {
        builder.Clear().Append(item.Schema.Name).Append(':').Append(WorkspaceOf(item));
        foreach (var name in item.Schema.CacheKey)
        {
            var field = item.Schema.Find(name);
            if (field is { Auto: true })
            {
                return null;
            }
            if (!item.Source.TryGetValue(name, out var value))
            {
                var isParent = string.Equals(name, item.ParentField, StringComparison.Ordinal);
                if (!isParent && field is { IsRequired: true })
                {
                    return null;
                }
                builder.Append(':').Append(isParent ? item.Parent!.Id : "");
            }
            else if (value is string text)
            {
                builder.Append(':').Append(text);
            }
        }
        AppendGroup(item);
        return builder.ToString();
    }

    /// <summary>A plugin's group, which Kong does not know, tells it from the same plugin for another group.</summary>
    void AppendGroup(DeclarativeItem item)
    {
        if (item.Schema.Find("consumer_group") is { BeyondKong: true })
        {
            var group = item.ParentField == "consumer_group" ? item.Parent!.Id : item.Source.GetString("consumer_group");
            builder.Append(group is null ? "" : ":").Append(group);
        }
    }

    static string KeyBelowParent(DeclarativeItem item, Field endpointKey, string key)
    {
        foreach (var field in item.Schema.Fields)
        {
            if (field is { Reference: not null, OnDelete: DeleteRule.Cascade })
            {
                key += ":" + (item.Parent?.Id ?? item.Source.GetString(field.Name));
            }
        }
        return endpointKey.UniqueAcrossWorkspaces ? key : $"{key}:{WorkspaceOf(item)}";
    }

    public static string WorkspaceOf(DeclarativeItem item) => item.Source.GetString("ws_id") ?? "*";

    Guid LastingId(DeclarativeItem item)
    {
        content.ResetWrittenCount();
        Encoding.UTF8.GetBytes($"{item.Schema.Name}:{item.Parent?.Id}:", content);
        try
        {
            foreach (var (name, value) in item.Source)
            {
                // What is nested in it does not make an entity another one.
                if (value is not ValueList { Count: > 0 } list || list[0] is not ValueMap)
                {
                    ValueJson.Write(content, name);
                    ValueJson.Write(content, value);
                }
            }
        }
        catch (ArgumentException)
        {
            // Values that JSON cannot say; the schema will refuse them.
            return Guid.NewGuid();
        }
        return Unused();
    }

    /// <summary>Equal entities are numbered, and each takes the number after that of the one before it.</summary>
    Guid Unused()
    {
        Span<byte> first = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Secret, content.WrittenSpan, first);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(equals, IdOf(first), out _);
        if (count++ == 0)
        {
            return IdOf(first);
        }
        Span<byte> numbered = stackalloc byte[HMACSHA256.HashSizeInBytes + sizeof(int)];
        first.CopyTo(numbered);
        BinaryPrimitives.WriteInt32BigEndian(numbered[HMACSHA256.HashSizeInBytes..], count);
        HMACSHA256.HashData(Secret, numbered, first);
        return IdOf(first);
    }

    static Guid IdOf(ReadOnlySpan<byte> hash)
    {
        Span<byte> id = stackalloc byte[16];
        hash[..16].CopyTo(id);
        id[6] = (byte)((id[6] & 0x0F) | 0x40);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
