using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// One field of a record or an entity: its name, its type, and everything that is demanded of its value. Immutable; the
/// attributes of a property and the typedefs each return a changed copy.
/// </summary>
public sealed record Field
{
    /// <summary>The name in data: <c>snake_case</c>, as written in <c>kong.yml</c>. Empty for list elements, map keys and map values.</summary>
    public string Name { get; init; } = "";

    /// <summary>The type.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Whether null is refused; <c>null</c> when nothing was said, which means no, except for records within entities.</summary>
    public bool? Required { get; init; }

    /// <summary>Whether null is refused.</summary>
    public bool IsRequired => Required is true;

    /// <summary>Whether a missing value is replaced by <see cref="Default"/>.</summary>
    public bool HasDefault { get; init; }

    /// <summary>What a missing value is replaced by (a copy of it).</summary>
    public object? Default { get; init; }

    /// <summary>What is demanded of a value, in the order in which it is checked; the first failure is the field's error.</summary>
    public ImmutableArray<Validator> Validators
    {
        get;
        init
        {
            field = value;
            HasNullRule = value is [EqualValidator or NotEqualValidator, ..];
            ForbidsValue = value is [EqualValidator { Value: null }, ..];
            RefusesEmptyText = !value.Any(static validator => validator is LeastLengthValidator or ExactLengthValidator { Length: 0 });
        }
    } = [];

    /// <summary>Whether a validator has something to say about null.</summary>
    internal bool HasNullRule { get; private init; }

    /// <summary>Whether null is the only value allowed.</summary>
    internal bool ForbidsValue { get; private init; }

    /// <summary>Whether an empty text is refused, as it is unless a least length was set.</summary>
    internal bool RefusesEmptyText { get; private init; } = true;

    /// <summary>Whether values may have to be brought into shape: those of records, lists and maps.</summary>
    internal bool IsComposite => Type is FieldType.Record or FieldType.Array or FieldType.Set or FieldType.Map;

    /// <summary>Whether this is the time of the last change, which is never checked since it is always overwritten.</summary>
    internal bool IsUpdateTime => Auto && string.Equals(Name, "updated_at", StringComparison.Ordinal);

    /// <summary>The text that stands in for the validators' own (never for "expected a string" and the like).</summary>
    public string? Error { get; init; }

    /// <summary>What every element of an array or a set must be.</summary>
    public Field? Elements { get; init; }

    /// <summary>What every key of a map must be.</summary>
    public Field? Keys { get; init; }

    /// <summary>What every value of a map must be.</summary>
    public Field? Values { get; init; }

    /// <summary>The fields and checks of a record; <c>null</c> for an abstract record, whose fields a subschema brings.</summary>
    public RecordSchema? Record { get; init; }

    /// <summary>The name of the schema that a foreign field refers to: <c>services</c>.</summary>
    public string? Reference { get; init; }

    /// <summary>What happens when the entity referred to is deleted; <c>null</c> when nothing was said, which means <see cref="DeleteRule.Restrict"/>.</summary>
    public DeleteRule? OnDelete { get; init; }

    /// <summary>Whether Kong makes the value: a UUID, a random string of 32 characters, the time of creation or change.</summary>
    public bool Auto { get; init; }

    /// <summary>Whether no two entities of a workspace may have the same value; <c>null</c> when nothing was said.</summary>
    public bool? Unique { get; init; }

    /// <summary>Whether <see cref="Unique"/> holds across all workspaces.</summary>
    public bool UniqueAcrossWorkspaces { get; init; }

    /// <summary>Whether the value may not change once the entity exists.</summary>
    public bool Immutable { get; init; }

    /// <summary>Whether a subschema must say what this field is.</summary>
    public bool Abstract { get; init; }

    /// <summary>Whether the value is a secret. Logs and telemetry leave it out; it has no other effect, as in Kong's open edition.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Whether a vault reference may stand in for the value; such a string passes every validator.</summary>
    public bool Referenceable { get; init; }

    /// <summary>Whether stores leave the field out.</summary>
    public bool Transient { get; init; }

    /// <summary>Whether null is allowed where nothing else would allow it; only outside entities.</summary>
    public bool Nilable { get; init; }

    /// <summary>Whether a foreign field makes nested endpoints (<c>/services/x/routes</c>) in the Admin API.</summary>
    public bool GenerateAdminApi { get; init; } = true;

    /// <summary>That the field should no longer be used, and what replaces it.</summary>
    public Deprecation? Deprecation { get; init; }

    /// <summary>How a <see cref="FieldType.Json"/> value is checked.</summary>
    public JsonFieldSchema? Json { get; init; }

    /// <summary>What the field is for, in a sentence, as <c>/schemas</c> shows it.</summary>
    public string? Description { get; init; }

    /// <summary>Values that make sense, as <c>/schemas</c> shows them.</summary>
    public ValueList? Examples { get; init; }

    /// <summary>
    /// Whether Kong 3.9 does not know the field. It is then left out of answers, dumps and anything sent to a Kong node unless it is set.
    /// </summary>
    public bool BeyondKong { get; init; }

    /// <summary>This field with one more validator, which takes the place of one of the same kind.</summary>
    public Field With(Validator validator)
    {
        ArgumentNullException.ThrowIfNull(validator);
        var kept = validator.Rank == Validator.CustomRank ? Validators : Validators.RemoveAll(other => other.Rank == validator.Rank);
        var place = 0;
        while (place < kept.Length && kept[place].Rank <= validator.Rank)
        {
            place++;
        }
        return this with { Validators = kept.Insert(place, validator) };
    }

    /// <summary>This field's demands on top of another's: what is not said here is as it is there.</summary>
    internal Field Over(Field? under)
    {
        if (under is null)
        {
            return this;
        }
        var merged = under with
        {
            Type = Type == FieldType.Any ? under.Type : Type,
            Required = Required ?? under.Required,
            Error = Error ?? under.Error,
            Elements = Elements ?? under.Elements,
            Keys = Keys ?? under.Keys,
            Values = Values ?? under.Values,
            Record = Record ?? under.Record,
        };
        foreach (var validator in Validators)
        {
            merged = merged.With(validator);
        }
        return merged;
    }

    /// <summary>The field as <c>/schemas/…</c> of the Admin API shows it.</summary>
    public ValueMap Describe() => SchemaWriter.Write(this);

    /// <summary>The validator of one kind, if there is one.</summary>
    public T? Find<T>() where T : Validator
    {
        foreach (var validator in Validators)
        {
            if (validator is T found)
            {
                return found;
            }
        }
        return null;
    }
}
