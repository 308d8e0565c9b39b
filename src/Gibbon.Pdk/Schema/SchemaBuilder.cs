using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// The schema of a record in the making: what its properties said, open for what attributes cannot say. Given to
/// <see cref="IConfigureSchema.Configure"/>. Paths are names in data, with dots between: <c>config.redis.host</c>.
/// </summary>
public sealed partial class SchemaBuilder
{
    readonly List<Field> fields;
    readonly List<EntityCheck> checks = [];
    readonly List<Shorthand> shorthands = [];
    readonly List<Transformation> transformations = [];
    readonly Dictionary<string, Schema> subschemas = new(StringComparer.Ordinal);
    SchemaBuilder? plugin;

    internal SchemaBuilder(IEnumerable<Field> fields, SchemaOptions options)
    {
        this.fields = [.. fields];
        Options = options;
    }

    /// <summary>What the gateway's schemas depend on.</summary>
    public SchemaOptions Options { get; }

    /// <summary>
    /// The plugin around a configuration: where checks belong that Kong has beside <c>config</c>, not within it. Their paths begin with <c>config.</c>.
    /// </summary>
    public SchemaBuilder Plugin => plugin ??= new SchemaBuilder([], Options);

    internal string? SubschemaKey { get; private set; }

    internal string? SubschemaError { get; private set; }

    internal Func<ValueMap, string?>? WholeCheck { get; private set; }

    internal IReadOnlyList<Field> Fields => fields;

    internal IReadOnlyList<EntityCheck> Checks => checks;

    internal IReadOnlyList<Shorthand> Shorthands => shorthands;

    internal IReadOnlyList<Transformation> Transformations => transformations;

    internal IReadOnlyDictionary<string, Schema> Subschemas => subschemas;

    /// <summary>Changes a field; a path leads into records.</summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public SchemaBuilder Change(string path, Func<Field, Field> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        FieldPath.Change(fields, path, change);
        return this;
    }

    /// <summary>Adds a validator in code to a field: gets a value of the right type that is not null, returns an error or <c>null</c>.</summary>
    public SchemaBuilder Validate(string path, Func<object, string?> validator) => Change(path, field => field.With(new CustomValidator(validator)));

    /// <summary>Adds a field that no property stands for.</summary>
    public SchemaBuilder Add(Field field)
    {
        fields.Add(field);
        return this;
    }

    /// <summary>Takes fields away.</summary>
    public SchemaBuilder Remove(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            fields.RemoveAt(PlaceOf(name));
        }
        return this;
    }

    /// <summary>Moves a field behind another: the order shows in <c>/schemas</c> and in tables.</summary>
    public SchemaBuilder Place(string name, string after)
    {
        var field = fields[PlaceOf(name)];
        fields.Remove(field);
        fields.Insert(PlaceOf(after) + 1, field);
        return this;
    }

    /// <summary>Adds a check between fields.</summary>
    public SchemaBuilder Check(EntityCheck check)
    {
        checks.Add(check);
        return this;
    }

    /// <summary>At least one of the fields must not be empty.</summary>
    public SchemaBuilder AtLeastOneOf(params ReadOnlySpan<string> paths) => Check(new AtLeastOneOfCheck([.. paths]));

    /// <summary>Exactly one of the fields must not be empty.</summary>
    public SchemaBuilder OnlyOneOf(params ReadOnlySpan<string> paths) => Check(new OnlyOneOfCheck([.. paths]));

    /// <summary>The fields must have different values.</summary>
    public SchemaBuilder Distinct(params ReadOnlySpan<string> paths) => Check(new DistinctCheck([.. paths]));

    /// <summary>All of the fields or none must be set.</summary>
    public SchemaBuilder MutuallyRequired(params ReadOnlySpan<string> paths) => Check(new MutuallyRequiredCheck([.. paths]));

    /// <summary>At most one of the fields may be set.</summary>
    public SchemaBuilder MutuallyExclusive(params ReadOnlySpan<string> paths) => Check(new MutuallyExclusiveCheck([.. paths]));

    /// <summary>When the value of one field is good for <paramref name="ifMatch"/>, that of another must be good for <paramref name="thenMatch"/>.</summary>
    /// <param name="ifField">The path of the field that decides.</param>
    /// <param name="ifMatch">What its value is compared with: a field with validators, whose type is that of the deciding field.</param>
    /// <param name="thenField">The path of the field that is checked.</param>
    /// <param name="thenMatch">What is demanded of it.</param>
    /// <param name="error">What is said; <c>%s</c> is the path of the deciding field.</param>
    public SchemaBuilder Conditional(string ifField, Func<Field, Field> ifMatch, string thenField, Func<Field, Field> thenMatch, string? error = null)
    {
        ArgumentNullException.ThrowIfNull(ifMatch);
        ArgumentNullException.ThrowIfNull(thenMatch);
        return Check(new ConditionalCheck(ifField, ifMatch(ConditionalCheck.Open), thenField, thenMatch(ConditionalCheck.Open), error));
    }

    /// <summary>
    /// A check in code: gets the record, of which it should read no other fields than those it names, and returns an error or <c>null</c>. Not made when one
    /// of them is in error or refers to a vault, nor when none of them is there.
    /// </summary>
    public SchemaBuilder Check(ReadOnlySpan<string> paths, Func<ValueMap, string?> check) =>
        Check(new CustomCheck([.. paths], (record, _) => check(record)));

    /// <summary>A last look at the whole record when nothing else failed: returns an error, which becomes that of the record, or <c>null</c>.</summary>
    public SchemaBuilder CheckWhole(Func<ValueMap, string?> check)
    {
        WholeCheck = check;
        return this;
    }

    /// <summary>Adds a shorthand: a name that stands for fields.</summary>
    /// <param name="field">The shorthand's name, type and validators.</param>
    /// <param name="expand">Makes the fields from its value, which may be null; <c>null</c> leaves them as they are.</param>
    /// <param name="fromRecord">Makes its value for answers; without it answers do not show it.</param>
    public SchemaBuilder Shorthand(Field field, Func<object?, ValueMap?> expand, Func<ValueMap, object?>? fromRecord = null)
    {
        shorthands.Add(new Shorthand { Field = field, Expand = expand, FromRecord = fromRecord });
        return this;
    }

    /// <summary>Adds the old name of a field that has moved: it fills in the new field, must not differ from it, and answers show it still.</summary>
    /// <param name="old">The old name and type, with its validators.</param>
    /// <param name="path">Where the field is now: <c>redis.host</c>.</param>
    /// <param name="message">What the log says when the old name is used.</param>
    /// <param name="removalInVersion">The version that will no longer know the old name.</param>
    public SchemaBuilder Moved(Field old, string path, string message, string removalInVersion = "4.0")
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(path);
        var deprecation = new Deprecation { Message = message, RemovalInVersion = removalInVersion, ReplacedWith = [new Replacement([.. path.Split('.')])] };
        return Shorthand(old with { Deprecation = deprecation }, value =>
        {
            var expanded = new ValueMap();
            FieldPath.Set(expanded, path, value);
            return expanded;
        });
    }

    /// <summary>Adds a change made on the way to the store or from it.</summary>
    public SchemaBuilder Transform(Transformation transformation)
    {
        transformations.Add(transformation);
        return this;
    }

    /// <summary>Says that the value of a field (the first one, of a set) chooses a subschema, and what is said when it chooses none (<c>%s</c> is the value).</summary>
    public SchemaBuilder ChooseSubschema(string by, string error)
    {
        SubschemaKey = by;
        SubschemaError = error;
        return this;
    }

    /// <summary>Adds a subschema under the value that chooses it.</summary>
    public SchemaBuilder Subschema(string value, Schema schema)
    {
        subschemas[value] = schema;
        return this;
    }

    int PlaceOf(string name)
    {
        var place = fields.FindIndex(field => string.Equals(field.Name, name, StringComparison.Ordinal));
        return place >= 0 ? place : throw new ArgumentException($"there is no field '{name}'", nameof(name));
    }
}
