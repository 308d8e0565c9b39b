using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>
/// A configured value: text with <c>$(expression)</c> in it. Brackets are counted, also within quotes; a <c>$(</c> that is never closed is
/// text. Nil and false are written as nothing. Compiled once per configuration.
/// </summary>
sealed class Template
{
    readonly object[] parts;

    Template(string text, object[] parts, string? error, string? needsLua)
    {
        this.parts = parts;
        Text = text;
        Pieces = [.. parts.OfType<TemplatePiece>()];
        (Error, NeedsLua) = (error, needsLua);
    }

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>Its expressions.</summary>
    public TemplatePiece[] Pieces { get; }

    /// <summary>Why an expression in it is no Lua; whoever renders it fails.</summary>
    public string? Error { get; }

    /// <summary>What there is in it that only a Lua machine could evaluate.</summary>
    public string? NeedsLua { get; }

    /// <summary>Reads a template. One that cannot be used says so.</summary>
    /// <param name="text">Its text.</param>
    public static Template Compile(string text)
    {
        var found = new List<object>();
        string? error = null, needsLua = null;
        var literal = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || Closing(text, at + 1) is not (> 0 and var end))
                continue;

            if (at > literal)
                found.Add(text[literal..at]);

            var parse = LuaParser.Parse(text.AsSpan(at + 2, end - at - 2), hasCalls: true);
            found.Add(new TemplatePiece(text[(at + 2)..end], parse.Expression));
            error ??= parse.Error;
            needsLua ??= parse.NeedsLua;
            (literal, at) = (end + 1, end);
        }

        if (literal < text.Length)
            found.Add(text[literal..]);

        return new Template(text, [.. found], error, needsLua);
    }

    /// <summary>The text for a request.</summary>
    /// <param name="scope">The request's variables.</param>
    /// <exception cref="LuaException">The template is no template, or an expression failed.</exception>
    public string Render(LuaScope scope)
    {
        if (Error is not null)
            throw new LuaException(Error);

        return parts.Length == 1 ? Write(parts[0], scope) : string.Concat(parts.Select(part => Write(part, scope)));
    }

    static string Write(object part, LuaScope scope)
    {
        if (part is string literal)
            return literal;

        var piece = (TemplatePiece)part;
        var value = scope is TemplateScope { Evaluated: { } known } && known.TryGetValue(piece.Code, out var evaluated) ? evaluated : piece.Parsed?.Evaluate(scope);
        return LuaValue.IsTrue(value) ? LuaValue.ToText(value) : "";
    }

    static int Closing(string text, int open)
    {
        if (open >= text.Length || text[open] != '(')
            return -1;

        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
                return at;
        }

        return -1;
    }
}
