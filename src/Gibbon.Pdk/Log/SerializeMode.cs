namespace Gibbon.Pdk;

/// <summary>When a value for the log takes effect.</summary>
public enum SerializeMode
{
    /// <summary>Always. A value of <c>null</c> removes what is there.</summary>
    Set,

    /// <summary>Only if nothing is there.</summary>
    Add,

    /// <summary>Only if something is there.</summary>
    Replace,
}
