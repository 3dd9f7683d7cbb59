public import Settings

/// Why a file does not describe a robot.
public typealias RobotFileError = SettingsError
