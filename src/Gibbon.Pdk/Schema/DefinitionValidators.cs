using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>The validators of a field's definition, by their names.</summary>
static class DefinitionValidators
{
    public static Field Add(Field field, ValueMap definition)
    {
        foreach (var (name, argument) in definition)
        {
            if (Read(name, argument) is { } validator)
            {
                field = field.With(validator);
            }
        }
        return field;
    }

    static Validator? Read(string name, object? argument) => (name, argument) switch
    {
        ("eq", _) => new EqualValidator(argument),
        ("ne", _) => new NotEqualValidator(argument),
        ("not_one_of", ValueList values) => new NotOneOfValidator(values),
        ("one_of", ValueList values) => new OneOfValidator(values),
        ("gt", long or double) => new GreaterThanValidator(Number.From(argument)),
        ("timestamp", true) => new TimestampValidator(),
        ("uuid", true) => new UuidValidator(),
        ("is_regex", true) => new RegexValidator(),
        ("between", ValueList { Count: 2 } limits) => new BetweenValidator(Number.From(limits[0]!), Number.From(limits[1]!)),
        ("len_eq", long or double) => new ExactLengthValidator((long)Number.From(argument)),
        ("len_min", long or double) => new LeastLengthValidator((long)Number.From(argument)),
        ("len_max", long or double) => new GreatestLengthValidator((long)Number.From(argument)),
        ("starts_with", string prefix) => new StartsWithValidator(prefix),
        ("not_match", string pattern) => new NotMatchValidator(pattern),
        ("match", string pattern) => new MatchValidator(pattern),
        ("match_none", ValueList patterns) => new MatchNoneValidator(Patterns(patterns)),
        ("match_all", ValueList patterns) => new MatchAllValidator(Patterns(patterns)),
        ("match_any", ValueMap any) => new MatchAnyValidator(DefinitionReader.Names(any.Get("patterns")), any.GetString("err") ?? ""),
        ("contains", not null) => new ContainsValidator(argument),
        ("mutually_exclusive_subsets", ValueList subsets) => new ExclusiveSubsetsValidator([.. subsets.OfType<ValueList>()]),
        ("custom_validator", Func<object, string?> function) => new CustomValidator(function),
        _ => null,
    };

    static ImmutableArray<PatternError> Patterns(ValueList patterns) =>
        [.. patterns.OfType<ValueMap>().Select(static item => new PatternError(item.GetString("pattern") ?? "", item.GetString("err") ?? ""))];
}
