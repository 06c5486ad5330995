//! The shapes of the portraits, on a square of 200 units whose middle is the middle of the face.

/// How hair is worn, or what is worn instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hair {
    Bob,
    Long,
    Wavy,
    Fringe,
    Bun,
    Tail,
    Pixie,
    Cloud,
    Braids,
    Scarf,
    Parted,
    Quiff,
    Cropped,
    Bald,
    Curls,
    Combed,
    Round,
    Shoulder,
    Turban,
}

pub const SHOULDERS: &str = "M 14 204 C 18 168 52 158 84 148 L 116 148 C 148 158 182 168 186 204 Z";
pub const NECK: &str = "M 84 116 L 116 116 L 116 146 Q 114 157 100 157 Q 86 157 84 146 Z";
pub const NECK_SHADE: &str = "M 84 122 L 116 122 L 116 132 Q 100 146 84 132 Z";
pub const CREW: &str = "M 82 149 Q 100 170 118 149";
pub const OPENING: &str = "M 83 146 L 100 184 L 117 146 Z";
pub const OPENING_EDGE: &str = "M 82 147 L 100 185";
pub const COLLAR: &str = "M 83 141 L 100 163 L 87 176 L 73 151 Z";
pub const COLLAR_EDGE: &str = "M 100 163 L 87 176 L 73 151";
pub const FRONT: &str =
    "M 80 147 L 100 206 L 120 147 L 110 160 L 90 160 Z M 78 150 L 122 150 L 108 206 L 92 206 Z";
pub const LAPEL: &str = "M 76 150 L 96 206 L 74 206 L 60 178 L 70 172 L 62 160 Z";
pub const TIE: &str = "M 95 160 L 105 160 L 103 168 L 109 206 L 91 206 L 97 168 Z";
pub const ROLL: &str = "M 81 130 Q 100 140 119 130 L 121 154 Q 100 166 79 154 Z";
pub const ROLL_EDGE: &str = "M 79 154 Q 100 166 121 154";

pub const FACES: [&str; 4] = [
    "M 66 84 C 66 56 80 46 100 46 C 120 46 134 56 134 84 C 134 112 120 131 100 131 C 80 131 66 112 66 84 Z",
    "M 65 84 C 65 56 80 46 100 46 C 120 46 135 56 135 84 C 136 112 122 128 100 128 C 78 128 64 112 65 84 Z",
    "M 67 84 C 67 56 80 46 100 46 C 120 46 133 56 133 84 C 133 110 118 135 100 135 C 82 135 67 110 67 84 Z",
    "M 66 84 C 66 56 80 46 100 46 C 120 46 134 56 134 84 C 134 104 130 116 120 125 Q 110 132 100 132 Q 90 132 80 125 C 70 116 66 104 66 84 Z",
];

pub const BROW: &str = "M 78 80 Q 86 75 93 79";
pub const LASH: &str = "M 81 90 Q 79 88 78 86";
pub const NOSE: &str = "M 101 92 Q 106 103 98 104";
pub const SMILE: &str = "M 88 114 Q 100 124 112 114";
pub const CALM: &str = "M 91 116 Q 100 120 109 116";
pub const LAUGH: &str = "M 86 112 Q 100 116 114 112 Q 112 126 100 126 Q 88 126 86 112 Z";
pub const TEETH: &str = "M 88 113 Q 100 117 112 113 Q 111 118 100 119 Q 89 118 88 113 Z";
pub const BEARD: &str = "M 66 84 C 64 118 78 139 100 139 C 122 139 136 118 134 84 C 132 98 127 103 121 105 C 113 104 107 105 100 107 C 93 105 87 104 79 105 C 73 103 68 98 66 84 Z";
pub const MOUSTACHE: &str = "M 82 112 C 86 103 96 104 100 107 C 104 104 114 103 118 112 C 112 112 106 111 100 110 C 94 111 88 112 82 112 Z";
pub const GOATEE: &str = "M 84 110 C 84 128 90 137 100 137 C 110 137 116 128 116 110 C 114 120 110 120 100 120 C 90 120 86 120 84 110 Z";
pub const ROUND: &str = "M 98 91 C 98 98 93 103 86 103 C 79 103 74 98 74 91 C 74 84 79 79 86 79 C 93 79 98 84 98 91 Z M 74 89 L 66 87";
pub const SQUARE: &str = "M 73 82 L 97 82 Q 98 98 92 100 L 79 100 Q 73 98 73 82 Z M 73 86 L 66 86";
pub const BRIDGE: &str = "M 97 88 Q 100 85 103 88";

pub const SCARF: &str = "M 54 92 C 50 48 76 30 100 30 C 124 30 150 48 146 92 C 146 120 152 136 164 154 C 140 176 60 176 36 154 C 48 136 54 120 54 92 Z";
pub const SCARF_FOLD: &str = "M 60 112 C 72 142 128 142 140 112 C 146 134 140 152 126 166 C 108 150 84 156 52 164 C 46 146 54 128 60 112 Z";
pub const SCARF_BAND: &str = "M 68 76 C 72 58 86 52 100 52 C 114 52 128 58 132 76";
pub const TURBAN: &str = "M 60 76 C 50 38 76 20 100 20 C 124 20 150 38 140 76 C 132 64 116 58 100 58 C 84 58 68 64 60 76 Z";
pub const TURBAN_PEAK: &str =
    "M 86 60 C 92 44 98 38 100 36 C 102 38 108 44 114 60 Q 100 56 86 60 Z";
pub const TURBAN_FOLD: &str = "M 63 66 C 72 50 86 40 98 34 M 60 56 C 68 42 82 32 94 27";

const CENTRE: &str = "M 63 94 C 56 54 74 36 100 36 C 126 36 144 54 137 94 C 134 78 124 66 100 51 C 76 66 66 78 63 94 Z";
const SIDE: &str = "M 63 94 C 56 54 74 34 100 34 C 126 34 144 54 137 94 C 135 76 127 66 116 54 C 104 68 74 66 63 94 Z";
const PULLED: &str = "M 64 86 C 58 54 76 37 100 37 C 124 37 142 54 136 86 C 132 68 122 58 100 58 C 78 58 68 68 64 86 Z";

impl Hair {
    /// What hangs behind head and neck.
    pub fn behind(self) -> &'static str {
        match self {
            Self::Bob => {
                "M 55 90 C 50 48 74 30 100 30 C 126 30 150 48 145 90 C 148 112 148 126 141 137 L 59 137 C 52 126 52 112 55 90 Z"
            }
            Self::Long | Self::Fringe => {
                "M 56 90 C 50 46 74 30 100 30 C 126 30 150 46 144 90 C 146 124 152 150 149 180 L 51 180 C 48 150 54 124 56 90 Z"
            }
            Self::Wavy => {
                "M 57 86 C 50 46 74 28 100 28 C 126 28 150 46 143 86 C 154 98 147 112 152 126 C 159 142 150 156 153 178 L 47 178 C 50 156 41 142 48 126 C 53 112 46 98 57 86 Z"
            }
            Self::Bun => "M 80 30 C 78 10 122 10 120 30 C 122 44 78 44 80 30 Z",
            Self::Tail => "M 122 44 C 158 40 170 92 154 150 C 146 128 150 92 128 72 Z",
            Self::Cloud => {
                "M 100 18 C 146 18 164 52 158 88 C 156 118 140 128 128 128 L 72 128 C 60 128 44 118 42 88 C 36 52 54 18 100 18 Z"
            }
            Self::Braids => {
                "M 56 90 C 50 46 74 29 100 29 C 126 29 150 46 144 90 C 145 106 144 118 140 126 L 60 126 C 56 118 55 106 56 90 Z"
            }
            Self::Shoulder => {
                "M 58 84 C 53 44 78 31 100 31 C 122 31 147 44 142 84 C 145 106 146 124 141 140 L 59 140 C 54 124 55 106 58 84 Z"
            }
            _ => "",
        }
    }

    /// What lies over the forehead.
    pub fn before(self) -> &'static str {
        match self {
            Self::Bob | Self::Wavy => SIDE,
            Self::Long | Self::Braids | Self::Shoulder => CENTRE,
            Self::Bun | Self::Tail => PULLED,
            Self::Fringe => {
                "M 63 96 C 56 54 74 34 100 34 C 126 34 144 54 137 96 C 136 86 135 80 133 74 C 112 79 88 79 67 74 C 65 80 64 86 63 96 Z"
            }
            Self::Pixie => {
                "M 62 96 C 54 52 74 32 102 32 C 130 32 146 54 138 94 C 136 84 134 78 130 73 C 112 72 96 66 88 57 C 84 68 72 78 66 96 Z"
            }
            Self::Cloud => {
                "M 62 88 C 54 50 76 32 100 32 C 124 32 146 50 138 88 C 134 70 122 60 100 60 C 78 60 66 70 62 88 Z"
            }
            Self::Parted => {
                "M 63 88 C 56 52 74 33 102 33 C 130 33 145 54 137 88 L 133 85 C 133 74 130 68 126 62 C 112 66 92 64 82 55 C 76 62 68 70 67 85 Z"
            }
            Self::Quiff => {
                "M 63 86 C 58 62 66 44 84 37 C 98 26 130 28 138 46 C 144 58 139 74 137 86 L 133 83 C 133 72 129 66 123 62 C 106 64 88 62 78 60 C 70 66 68 74 67 83 Z"
            }
            Self::Cropped => {
                "M 65 84 C 63 54 79 41 100 41 C 121 41 137 54 135 84 L 132 78 C 130 64 120 58 100 58 C 80 58 70 64 68 78 Z"
            }
            Self::Curls => {
                "M 64 84 C 58 56 76 40 100 40 C 124 40 142 56 136 84 L 132 78 C 128 66 118 62 100 62 C 82 62 72 66 68 78 Z"
            }
            Self::Combed => {
                "M 63 88 C 56 50 76 33 100 33 C 127 33 144 54 137 88 L 133 85 C 133 79 132 75 130 71 L 122 73 L 115 68 L 106 74 L 97 68 L 88 74 L 80 69 L 70 75 C 69 79 68 82 67 86 Z"
            }
            Self::Round => {
                "M 61 86 C 50 48 74 26 100 26 C 126 26 150 48 139 86 L 133 80 C 131 67 124 60 112 58 L 88 58 C 76 60 69 67 67 80 Z"
            }
            Self::Bald | Self::Scarf | Self::Turban => "",
        }
    }

    /// What hangs on the left side; the right one mirrors it.
    pub fn sides(self) -> &'static str {
        match self {
            Self::Bald => "M 64 94 C 58 80 61 68 69 60 C 71 70 69 82 69 94 Z",
            Self::Braids => {
                "M 56 94 C 50 116 57 126 53 142 C 49 158 57 164 55 178 Q 61 184 67 178 C 68 164 60 158 64 142 C 68 126 62 116 67 96 Z"
            }
            _ => "",
        }
    }

    /// Middle and radii of each curl.
    pub fn curls(self) -> &'static [[f32; 4]] {
        match self {
            Self::Curls => &[
                [70.0, 66.0, 9.0, 9.0],
                [76.0, 53.0, 12.0, 12.0],
                [90.0, 43.0, 13.0, 12.0],
                [106.0, 41.0, 13.0, 12.0],
                [120.0, 48.0, 12.0, 12.0],
                [129.0, 62.0, 9.0, 10.0],
                [98.0, 54.0, 12.0, 10.0],
            ],
            Self::Cloud => &[
                [58.0, 60.0, 16.0, 16.0],
                [76.0, 36.0, 18.0, 17.0],
                [102.0, 28.0, 18.0, 16.0],
                [126.0, 38.0, 18.0, 17.0],
                [143.0, 62.0, 16.0, 17.0],
            ],
            _ => &[],
        }
    }

    /// A line that shows how it falls.
    pub fn strand(self) -> &'static str {
        match self {
            Self::Bob | Self::Wavy => "M 116 54 C 122 46 122 42 118 38",
            Self::Long | Self::Braids | Self::Shoulder => "M 100 51 L 100 40",
            Self::Bun => "M 84 32 Q 100 42 116 32",
            Self::Tail => "M 78 52 Q 100 40 124 50",
            Self::Parted => "M 82 55 C 84 48 90 42 98 39",
            Self::Quiff => "M 84 54 C 92 44 108 40 124 44",
            _ => "",
        }
    }
}
