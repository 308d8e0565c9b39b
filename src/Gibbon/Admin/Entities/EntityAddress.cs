using System.Diagnostics.CodeAnalysis;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Entities;

/// <summary>What a part of a path says about which entity is meant: its id, or the value of the field that may stand in for it.</summary>
internal readonly record struct EntityAddress
{
    private EntityAddress(Guid? id, string? field, object? value)
    {
        Id = id;
        Field = field;
        Value = value;
    }

    public Guid? Id { get; }

    /// <summary>The field, when it is not the id.</summary>
    public string? Field { get; }

    public object? Value { get; }

    /// <summary>The versions in which it is meant, as <c>If-Match</c> lists them; null: whatever it is by now.</summary>
    public string? IfMatch { get; init; }

    public static EntityAddress Of(Guid id) => new(id, null, null);

    public static EntityAddress Of(string field, object value) => new(null, field, value);

    /// <summary>Reads a part of a path. What looks like an id is one.</summary>
    public static bool TryRead(Schema schema, string text, out EntityAddress address, [NotNullWhen(false)] out EntityError? error)
    {
        address = default;
        error = null;
        if (schema.PrimaryKey is ["id"] && Guid.TryParseExact(text, "D", out Guid id))
        {
            address = Of(id);
            return true;
        }

        if (schema.EndpointKey is not { } name || schema.Find(name) is not { } field)
        {
            error = EntityErrors.InvalidPrimaryKey(new ValueMap { ["id"] = "expected a valid UUID" });
            return false;
        }

        object? value = FormTypes.Infer(text, field);
        object? fault = value is null ? "required field missing" : schema.CheckField(name, value);
        if (fault is not null)
        {
            error = EntityErrors.InvalidUnique(name, fault as string ?? "invalid value");
            return false;
        }

        address = Of(name, value!);
        return true;
    }

    /// <summary>That there is no such entity, in Kong's words.</summary>
    public EntityError NotFound() => Id is { } id
        ? EntityErrors.NotFound(new ValueMap { ["id"] = id.ToString() })
        : EntityErrors.NotFoundBy(new ValueMap { [Field!] = Value });
}
