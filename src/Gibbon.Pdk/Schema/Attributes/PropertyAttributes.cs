namespace Gibbon.Pdk.Schemas;

/// <summary>The name in data, where it is not the property's name in <c>snake_case</c>; of an enumeration's member, where it is not that.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class NameAttribute(string name) : Attribute
{
    /// <summary>The name in data.</summary>
    public string Name => name;
}

/// <summary>The property is no field.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAFieldAttribute : Attribute;

/// <summary>
/// Says aloud that the field may be null. Needed for a record that stays null when it is left out: other records within an entity are
/// filled in with their defaults.
/// </summary>
public sealed class OptionalAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Required = false };
}

/// <summary>Null is allowed in data although the property has no place for it: it then has the initialiser's value.</summary>
public sealed class MayBeNullAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Required = null };
}

/// <summary>Says aloud that elements of a list, or a field whose type allows null, must not be null.</summary>
public sealed class NotNullAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Required = true };
}

/// <summary>The default, where an initialiser cannot say it: one that is null, or one that is not the type's.</summary>
public sealed class DefaultAttribute(object? value) : FieldAttribute
{
    /// <summary>The default.</summary>
    public object? Value => value;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { HasDefault = true, Default = Literal.Of(value) };
}

/// <summary>A vault reference (<c>{vault://env/name}</c>) may stand in for the value.</summary>
public sealed class ReferenceableAttribute : ValueAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Referenceable = true };
}

/// <summary>The value is a secret: logs and telemetry leave it out.</summary>
public sealed class EncryptedAttribute : ValueAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Encrypted = true };
}

/// <summary>No two entities of a workspace may have the same value.</summary>
public sealed class UniqueAttribute : FieldAttribute
{
    /// <summary>Whether no two entities of all workspaces may.</summary>
    public bool AcrossWorkspaces { get; set; }

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Unique = true, UniqueAcrossWorkspaces = AcrossWorkspaces };
}

/// <summary>The value cannot change once the entity exists.</summary>
public sealed class ImmutableAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Immutable = true };
}

/// <summary>The gateway makes the value when it is missing: a UUID, a random string of 32 characters, the time of creation or change.</summary>
public sealed class AutoAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Auto = true, Required = null, HasDefault = false };
}

/// <summary>A subschema says what the record is.</summary>
public sealed class AbstractAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Abstract = true, Record = null, Required = null };
}

/// <summary>Stores leave the field out.</summary>
public sealed class TransientAttribute : FieldAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Transient = true };
}

/// <summary>What happens to this entity when the one it refers to is deleted.</summary>
public sealed class OnDeleteAttribute(DeleteRule rule) : FieldAttribute
{
    /// <summary>The rule.</summary>
    public DeleteRule Rule => rule;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { OnDelete = rule };
}

/// <summary>What is said in place of a validator's own text.</summary>
public sealed class ErrorAttribute(string text) : ValueAttribute
{
    /// <summary>The text.</summary>
    public string Text => text;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Error = text };
}

/// <summary>What the field is for, in a sentence, as <c>/schemas</c> shows it.</summary>
public sealed class DescriptionAttribute(string text) : FieldAttribute
{
    /// <summary>The sentence.</summary>
    public string Text => text;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with { Description = text };
}

/// <summary>The field should no longer be used; a value given for it is noted in the log.</summary>
public sealed class DeprecatedAttribute(string message, string removalInVersion) : FieldAttribute
{
    /// <summary>What the log says.</summary>
    public string Message => message;

    /// <summary>The version that will no longer know the field.</summary>
    public string RemovalInVersion => removalInVersion;

    /// <summary>The value that is not worth a note.</summary>
    public object? OldDefault { get; set; }

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field with
    {
        Deprecation = new Deprecation
        {
            Message = message,
            RemovalInVersion = removalInVersion,
            HasOldDefault = OldDefault is not null,
            OldDefault = Literal.Of(OldDefault),
        },
    };
}

/// <summary>
/// Kong 3.9 does not know the field, the entity or the member of an enumeration: absent from answers and dumps unless set, never sent to a Kong
/// node.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class | AttributeTargets.Field)]
public sealed class BeyondKongAttribute : Attribute;
