namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Records directly within an entity, and directly within those, are filled in when they are missing, unless they were said to be optional. The elements
/// of lists and maps are left alone.
/// </summary>
static class FieldForcing
{
    public static Field None(Field field) => field;

    public static Field Within(Field field) => field is { Type: FieldType.Record, Abstract: false, Record: { } record }
        ? field with { Required = field.Required ?? true, Record = record.With(record.Fields.Select(Within)) }
        : field;
}
