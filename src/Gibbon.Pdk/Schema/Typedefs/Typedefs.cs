namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Kong's ready-made kinds of value. Each adds its demands to a field; the attributes of the same names (<see cref="HostAttribute"/>) use them, and
/// <see cref="Find"/> gives them to data definitions.
/// </summary>
public static partial class Typedefs
{
    static Field Checked(this Field field, Func<string, string?> check) => field.With(new CustomValidator(value => check((string)value)));
}
