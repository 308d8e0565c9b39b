using System.Buffers;
using System.Globalization;
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
    readonly HashSet<Guid> used = [];
    readonly ArrayBufferWriter<byte> content = new();
    readonly StringBuilder builder = new();

    /// <summary>Finds or makes the primary key of an item whose parent already has one, and its endpoint key.</summary>
    public void Identify(DeclarativeItem item)
    {
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

    /// <summary>Equal entities are numbered.</summary>
    Guid Unused()
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var number = 0; ; number++)
        {
            if (number > 0)
            {
                Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture), content);
            }
            HMACSHA256.HashData(Secret, content.WrittenSpan, hash);
            hash[6] = (byte)((hash[6] & 0x0F) | 0x40);
            hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
            var id = new Guid(hash[..16], bigEndian: true);
            if (used.Add(id))
            {
                return id;
            }
        }
    }
}
