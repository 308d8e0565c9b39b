using System.Text;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes multipart forms: here renaming comes first, and nothing is ever appended.</summary>
static class MultipartTransformation
{
    /// <summary>The changed form; <c>null</c> if no rule applied.</summary>
    public static ReadOnlyMemory<byte>? Change(ReadOnlyMemory<byte> body, string contentType, RuleSet rules, LuaScope scope)
    {
        if (MultipartForm.Read(body, contentType) is not { } form)
            return null;

        var isChanged = !body.IsEmpty && ChangeExisting(form, rules, scope);
        foreach (var rule in rules.Add)
        {
            if (form.Find(rule.Name) is not null || rule.Render(scope) is not { } value)
                continue;

            form.Add(rule.Name, Encoding.UTF8.GetBytes(value));
            isChanged = true;
        }

        return isChanged ? form.Write() : default(ReadOnlyMemory<byte>?);
    }

    static bool ChangeExisting(MultipartForm form, RuleSet rules, LuaScope scope)
    {
        var isChanged = false;
        foreach (var rule in rules.Rename)
        {
            if (form.Find(rule.Name) is not { } content || rule.Render(scope) is not { } newName || newName == rule.Name)
                continue;

            form.Set(newName, content);
            form.Remove(rule.Name);
            isChanged = true;
        }

        foreach (var rule in rules.Remove)
        {
            form.Remove(rule.Name);
            isChanged = true;
        }

        foreach (var rule in rules.Replace)
        {
            if (form.Find(rule.Name) is null || rule.Render(scope) is not { } value)
                continue;

            form.Remove(rule.Name);
            form.Add(rule.Name, Encoding.UTF8.GetBytes(value));
            isChanged = true;
        }

        return isChanged;
    }
}
