namespace Gibbon.Pdk;

/// <summary>Why entities could not be read or stored: Lua's <c>err_t</c>.</summary>
/// <param name="Code">What kind of failure it is.</param>
/// <param name="Name">Kong's name of the kind: <c>unique constraint violation</c>.</param>
/// <param name="Message">Kong's text, without the store's name before it.</param>
/// <param name="Fields">What is wrong with which field, if fields are wrong.</param>
public sealed record EntityError(EntityErrorCode Code, string Name, string Message, Schemas.ValueMap? Fields = null)
{
    /// <summary>The store's name, <c>postgres</c>: Lua's error text begins with it.</summary>
    public string? Strategy { get; init; }

    /// <summary>Lua's error text: <c>[postgres] UNIQUE violation …</c>.</summary>
    public override string ToString() => Strategy is null ? Message : $"[{Strategy}] {Message}";
}
