namespace Gibbon.Routing.Expressions;

/// <summary>
/// Remembers which rules failed at the furthest place. A rule whose parts got no further replaces them in the message,
/// unless it has only one part to name.
/// </summary>
internal sealed class SyntaxTrace
{
    private readonly List<SyntaxRule> _attempts = [];

    /// <summary>The furthest place at which a rule failed.</summary>
    public int Furthest { get; private set; }

    /// <summary>Begins a rule; give the result to <see cref="Failed"/>.</summary>
    public int Enter(int position) => position == Furthest ? _attempts.Count : 0;

    /// <summary>A rule without named parts failed where it began.</summary>
    public void Missed(SyntaxRule rule, int position) => Failed(rule, position, Enter(position));

    /// <summary>A rule that began at <paramref name="position"/> failed.</summary>
    public void Failed(SyntaxRule rule, int position, int mark)
    {
        int now = position == Furthest ? _attempts.Count : 0;
        if (now - mark == 1)
        {
            return;
        }

        if (position == Furthest)
        {
            _attempts.RemoveRange(mark, _attempts.Count - mark);
        }
        else if (position > Furthest)
        {
            _attempts.Clear();
            Furthest = position;
        }
        else
        {
            return;
        }

        _attempts.Add(rule);
    }

    /// <summary>"expected a", "expected a or b", "expected a, b, or c".</summary>
    public string Expected()
    {
        string[] names = [.. _attempts.Distinct().Order().Select(rule => rule.Name())];
        return names.Length switch
        {
            0 => "unknown parsing error",
            1 => $"expected {names[0]}",
            2 => $"expected {names[0]} or {names[1]}",
            _ => $"expected {string.Join(", ", names[..^1])}, or {names[^1]}",
        };
    }
}
